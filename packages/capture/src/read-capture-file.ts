// Each kind of file of a capture, read into its contents. What does not parse is told by name, and the rest is read.
import {
  type Checks,
  checksSchema,
  describeFound,
  fieldsOf,
  type Item,
  isFields,
  type MetricSeries,
  metricSeriesSchema,
  type Source,
  unreadable,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { byteChunks, type Chunks, readText } from './byte-chunks.ts';
import type { CaptureFile } from './capture-files.ts';
import type { Contents } from './contents.ts';
import { parseDocuments } from './documents.ts';
import { flattenObjects } from './flatten-objects.ts';
import type { Intake } from './intake.ts';
import { parseJson } from './parse-json.ts';
import { readLines } from './read-lines.ts';
import { latestTimeOf } from './times-of.ts';

/** Bytes, unpacked. A larger file cannot be held as one text. */
const FILE_LIMIT = 400 * 1024 * 1024;

export async function readCaptureFile(file: CaptureFile, contents: Contents, intake: Intake): Promise<void> {
  const source = sourceOf(file);
  try {
    const chunks = await byteChunks(file.path);
    if (file.is === 'audit.log') await readAudit(file.name, chunks, contents, intake);
    else if (file.is !== 'log' && file.is !== 'pod-logs')
      readWhole(file, await readText(chunks, FILE_LIMIT), contents, intake);
  } catch (error) {
    const found = (error instanceof Error ? error.message : String(error)).replaceAll(file.path, file.name);
    contents.take([unreadable('not-json', file.name, 'a file that can be read', found)], source);
  }
}

/** The counted source to which a file's content belongs. */
function sourceOf(file: CaptureFile): Source {
  if (file.is === 'alerts.json') return 'alertmanager.alerts';
  return file.is === 'audit.log' ? 'audit.event' : 'kubernetes.object';
}

function readWhole(file: CaptureFile, text: string, contents: Contents, intake: Intake): void {
  if (file.is === 'objects') readObjects(file.name, text, contents, intake);
  if (file.is === 'objects' || file.is === 'capture.json') return;
  const parsed = parseJson(text);
  if ('found' in parsed) contents.take([unreadable('not-json', file.name, 'JSON', parsed.found)], sourceOf(file));
  else if (file.is === 'alerts.json') {
    const read = (at: string) => intake['alerts.json'](parsed.value, { at, place: file.name });
    contents.later((at) => contents.take(read(at), 'alertmanager.alerts'));
  } else contents.take(readPlain(file, parsed.value, contents, intake), sourceOf(file));
}

function readPlain(file: CaptureFile, value: unknown, contents: Contents, intake: Intake): Item[] {
  if (file.is === 'dependencies.json') return readDependencies(file.name, value, intake);
  if (file.is === 'metrics.json') return readMetrics(file.name, value, contents);
  return readChecks(file.name, value, contents);
}

/** The objects and events of one text; `name` is what its problems name. */
export function readObjects(
  name: string,
  text: string,
  contents: Contents,
  intake: Intake,
  yaml = /\.ya?ml(?:\.gz)?$/.test(name),
): void {
  const expected = yaml ? 'Kubernetes objects as JSON or YAML' : 'JSON';
  const documents = parseDocuments(text, yaml);
  for (const [i, document] of documents.entries()) {
    const place = documents.length > 1 ? `${name} document ${i + 1}` : name;
    if ('found' in document)
      contents.take([unreadable('not-json', place, expected, document.found)], 'kubernetes.object');
    else for (const each of flattenObjects(document.value)) readOne(each.raw, [place, each.place], contents, intake);
  }
}

function readOne(raw: unknown, place: readonly string[], contents: Contents, intake: Intake): void {
  const context = { at: '', place: place.filter((part) => part !== '').join(' ') };
  const { kind, involvedObject, regarding } = fieldsOf(raw);
  contents.saw(latestTimeOf(raw));
  if (kind === 'Event' && (isFields(involvedObject) || isFields(regarding))) {
    contents.take(intake['kubernetes.event'](raw, context), 'kubernetes.event');
  } else {
    const items = intake['kubernetes.object']({ type: 'ADDED', object: raw }, context);
    contents.take(items.map(withoutWatch), 'kubernetes.object');
  }
}

/** In a file an object stands by itself, not in the `object` of what a watch delivers. */
function withoutWatch(item: Item): Item {
  return item.type === 'unreadable' ? { ...item, place: item.place.replace(/ object(?:\.|$)/, ' ').trim() } : item;
}

async function readAudit(name: string, chunks: Chunks, contents: Contents, intake: Intake): Promise<void> {
  for await (const batch of readLines(chunks)) {
    for (const { number, text } of batch) {
      const place = `${name} line ${number}`;
      const parsed = parseJson(text);
      const items =
        'found' in parsed
          ? [unreadable('not-json', place, 'an audit Event', parsed.found)]
          : intake['audit.event'](parsed.value, { at: '', place });
      contents.take(items, 'audit.event');
    }
  }
}

function readDependencies(name: string, value: unknown, intake: Intake): Item[] {
  if (!Array.isArray(value)) return [unreadable('wrong-shape', name, 'a list of {from, to}', describeFound(value))];
  return value.flatMap((each, i) => intake.dependency(each, { at: '', place: `${name} [${i}]` }));
}

function readMetrics(name: string, value: unknown, contents: Contents): Item[] {
  // The answer of Prometheus as it comes has the series a little deeper.
  const told = fieldsOf(fieldsOf(value).data).result ?? value;
  if (!Array.isArray(told))
    return [unreadable('wrong-shape', name, 'a list of {metric, values}', describeFound(value))];
  const series: MetricSeries[] = [];
  const problems: Item[] = [];
  for (const [i, each] of told.entries()) {
    const parsed = metricSeriesSchema.safeParse(each);
    if (parsed.success) series.push(parsed.data);
    else
      problems.push(
        unreadable(
          'wrong-shape',
          `${name} [${i}]`,
          '{metric: {labels}, values: [[seconds, "value"]]}',
          describeFound(each),
        ),
      );
  }
  contents.setMetrics(series);
  return problems;
}

function readChecks(name: string, value: unknown, contents: Contents): Item[] {
  const parsed = checksSchema.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    return [unreadable('wrong-shape', `${name} ${field}`.trim(), '{connectivity, nodeServices}', describeFound(value))];
  }
  contents.setChecks(withoutSecrets(parsed.data));
  return [];
}

function withoutSecrets(checks: Checks): Checks {
  const clean = <T extends { output: string }>(check: T): T => ({ ...check, output: redactText(check.output) });
  return { connectivity: checks.connectivity.map(clean), nodeServices: checks.nodeServices.map(clean) };
}
