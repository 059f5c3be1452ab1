// `winnow status` for people.
import { harmless } from '../render/layout.ts';
import type { Style } from '../render/style.ts';
import { renderTable } from '../render/table.ts';
import { durationOf, timeOf } from '../render/words.ts';
import type { DataStatus, StatusDocument } from './status-document.ts';

/** @param now RFC 3339: what ages reach to. */
export function statusText(status: StatusDocument, now: string, style: Style): string {
  const lines = [headOf(status, now, style), dataLine(status, now), ...waiting(status), '', ...sourcesOf(status, now)];
  return `${lines.join('\n')}\n`;
}

function headOf({ running, up, trouble }: StatusDocument, now: string, style: Style): string {
  if (!up) return `${style.bold('Winnow is not running')} on this data. Start it with \`winnow up\`.`;
  const who = `process ${up.pid} on ${up.host}, for ${durationOf(up.since, now)}`;
  const name = up.agent ? 'The agent' : 'Winnow';
  if (!running) return `${style.bold(`${name} runs, and does not answer`)} (${who}): ${harmless(trouble ?? '')}`;
  return `${style.bold(`${name} is up`)} on ${up.url} (${who}).`;
}

function dataLine({ data, up }: StatusDocument, now: string): string {
  return `Data: ${sizeOf(data.bytes)} in ${data.directory}${keptFor(up)}; ${sizeOf(data.freeBytes)} free on its disk${ageOf(data, now)}.`;
}

function keptFor(up: StatusDocument['up']): string {
  if (up?.agent) return `, kept until it is forwarded, up to ${sizeOf(up.agent.maxBytes)}`;
  if (!up?.retention) return '';
  return `, kept for ${daysOf(up.retention.maxAgeMs)} or up to ${sizeOf(up.retention.maxBytes)}`;
}

function ageOf({ oldestAt, newestAt }: DataStatus, now: string): string {
  if (!oldestAt || !newestAt) return '; nothing has arrived yet';
  return `; arrivals from ${timeOf(oldestAt)} UTC on, the last one ${durationOf(newestAt, now)} ago`;
}

function waiting({ pending, up }: StatusDocument): string[] {
  const behind = Object.entries(pending).filter(([, items]) => (items ?? 0) > 0);
  const told = behind.map(([source, items]) => `${(items ?? 0).toLocaleString('en-US')} of ${source}`);
  return told.length > 0 ? [`Waiting to be ${up?.agent ? 'forwarded' : 'decided'}: ${told.join(', ')}.`] : [];
}

function sourcesOf({ sources }: StatusDocument, now: string): string[] {
  if (sources.length === 0) return ['No source has been heard yet.'];
  const rows = sources.map((each) => [
    harmless(each.cluster),
    harmless(each.source),
    harmless(each.instance),
    each.state,
    each.lastByteAt === undefined ? 'never' : `${durationOf(each.lastByteAt, now)} ago`,
    'lagSeconds' in each && each.lagSeconds !== undefined ? `${each.lagSeconds.toFixed(1)} s` : '',
    harmless(each.details.join('; ')),
  ]);
  const order = (row: readonly string[]) => row.slice(0, 3).join(' ');
  rows.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return renderTable(['cluster', 'source', 'instance', 'state', 'last byte', 'lag', 'details'], rows, ['lag']);
}

function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

const daysOf = (ms: number): string => durationOf(new Date(0).toISOString(), new Date(ms).toISOString());
