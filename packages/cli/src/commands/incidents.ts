// `winnow incidents`: what is wrong, and what people do about it.
import { toReportIncident } from '@winnow/api';
import type { EntityRef } from '@winnow/contracts';
import type { Command } from 'commander';
import { collect } from '../collect.ts';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { findIncident } from '../incidents/find-incident.ts';
import { fleetLines } from '../incidents/fleet-lines.ts';
import { incidentTable } from '../incidents/incident-table.ts';
import type { IncidentFilter, Incidents, WholeIncident } from '../incidents/incidents.ts';
import { parseEntity } from '../incidents/parse-entity.ts';
import { bodyOf, nobodyAt, servedIncidents } from '../incidents/served-incidents.ts';
import { storedIncidents } from '../incidents/stored-incidents.ts';
import { renderIncident } from '../render/incident-text.ts';
import { screenOf } from '../render/style.ts';
import { findRunning, urlToAsk } from '../running-up.ts';
import { connectServer, type ServerOptions, serverOptions } from '../server-client.ts';

interface ReadFlags extends ServerOptions {
  readonly data?: string;
  readonly output: string;
}

interface ListFlags extends ReadFlags {
  readonly all?: true;
  readonly status: readonly string[];
  readonly cluster: readonly string[];
  readonly namespace: readonly string[];
  readonly severity: readonly string[];
}

interface ActFlags extends ServerOptions {
  readonly data?: string;
  readonly as?: string;
  readonly comment?: string;
}

export function registerIncidents(program: Command): void {
  const incidents = program.command('incidents').description('incidents: list and show them, and act on them');
  const [server, token] = serverOptions;
  incidents
    .command('ls')
    .description('list incidents that are not over')
    .option('--all', 'those that are over as well')
    .option('--status <status>', 'open, stale or resolved (may be repeated)', collect, [])
    .option('--severity <severity>', 'critical, high, medium or low (may be repeated)', collect, [])
    .option('--cluster <name>', 'of this cluster (may be repeated)', collect, [])
    .option('-n, --namespace <name>', 'with a member in this namespace (may be repeated)', collect, [])
    .option('-o, --output <form>', 'table or json', 'table')
    .option(...server)
    .option(...token)
    .option(...dataOption)
    .addHelpText(
      'after',
      '\nExamples:\n  winnow incidents ls --severity critical\n  winnow incidents ls --all -o json | jq',
    )
    .action(list);
  incidents
    .command('show')
    .description('one incident, with the evidence for its cause')
    .argument('<id>', 'its id, or the beginning of it')
    .option('-o, --output <form>', 'text or json', 'text')
    .option(...server)
    .option(...token)
    .option(...dataOption)
    .action(show);
  registerActs(incidents);
}

function registerActs(incidents: Command): void {
  const acts = [
    ['ack', 'acknowledge', 'say that somebody looks after it'],
    ['close', 'close', 'end it: it opens again only where there is more to it than now'],
  ] as const;
  for (const [name, act, description] of acts) {
    withActOptions(incidents.command(name).description(description)).action((id: string, flags: ActFlags) =>
      perform(act, id, flags),
    );
  }
  withActOptions(incidents.command('confirm').description('say what its root is: that comes first from then on'))
    .argument('<mode>', 'the failure mode, as docs/spec/failure-modes.yaml has them')
    .requiredOption('--root <entity>', 'whose fault it was: deployment/shop/cart, node/worker-1')
    .addHelpText(
      'after',
      '\nExample:\n  winnow incidents confirm inc-0b21 --root service/shop/redis service-selector-mismatch',
    )
    .action((id: string, mode: string, flags: ActFlags & { readonly root: string }) =>
      perform('confirm', id, flags, { root: parseEntity(flags.root), mode }),
    );
}

function withActOptions(command: Command): Command {
  const [server, token] = serverOptions;
  return command
    .argument('<id>', 'its id, or the beginning of it')
    .option('--as <name>', 'who does it (default: the name of this user)')
    .option('-m, --comment <text>', 'why')
    .option(...server)
    .option(...token)
    .option(...dataOption);
}

/** Where the `up` on a data directory listens, if one runs. */
function runningOn(data: string | undefined): string | undefined {
  const running = findRunning(dataDirOf(data));
  return running && urlToAsk(running);
}

async function list(flags: ListFlags): Promise<void> {
  checkForm(flags.output, ['table', 'json']);
  const { cluster, namespace, severity } = flags;
  const status = flags.status.length > 0 || flags.all ? flags.status : ['open', 'stale'];
  const filter: IncidentFilter = { status, cluster, namespace, severity };
  const { found, fleet } = await reading(flags, async (incidents) => ({
    found: await incidents.list(filter),
    fleet: flags.output === 'table' ? ((await incidents.fleet?.()) ?? []) : [],
  }));
  const parts = fleetLines(found, fleet);
  if (flags.output === 'json') print(JSON.stringify({ incidents: found }));
  else if (found.length === 0) print(flags.all ? 'No incident.' : 'No incident that is not over.');
  else
    print([...incidentTable(found, new Date().toISOString()), ...(parts.length > 0 ? ['', ...parts] : [])].join('\n'));
}

async function show(id: string, flags: ReadFlags): Promise<void> {
  checkForm(flags.output, ['text', 'json']);
  const found = await reading(flags, (incidents) => findIncident(incidents, id));
  print(flags.output === 'json' ? JSON.stringify(found) : textOf(found).join('\n'));
}

function textOf({ incident, dossier, finding, example }: WholeIncident): readonly string[] {
  const parts = { ...(finding && { finding }), ...(dossier && { blastRadius: dossier.blastRadius }) };
  const report = toReportIncident({ incident, seen: {}, ...parts }, { ...(example && { example }) });
  const { acknowledged } = incident;
  const note = acknowledged ? ['', `  Acknowledged by ${acknowledged.by ?? 'somebody'} at ${acknowledged.at}`] : [];
  return [
    ...renderIncident(report, { ...screenOf(process.stdout, process.env), asOf: new Date().toISOString() }),
    ...note,
  ];
}

/** Of the Winnow that runs: the one that is named, the one on these data, the usual one; of the data where none does. */
async function reading<T>(flags: ReadFlags, read: (incidents: Incidents) => Promise<T>): Promise<T> {
  const fromData = () => withReader(dataDirOf(flags.data), (reader) => read(storedIncidents(reader)));
  const running = flags.server ?? runningOn(flags.data);
  if (flags.data !== undefined && running === undefined) return fromData();
  const client = connectServer({ ...flags, ...(running !== undefined && { server: running }) });
  if (await client.get('/-/healthy')) return read(servedIncidents(client));
  if (flags.server !== undefined) throw nobodyAt(client.url);
  return fromData();
}

async function perform(
  act: 'acknowledge' | 'close' | 'confirm',
  what: string,
  flags: ActFlags,
  more: { readonly root?: EntityRef; readonly mode?: string } = {},
): Promise<void> {
  const running = flags.server ?? runningOn(flags.data);
  const client = connectServer({ ...flags, ...(running !== undefined && { server: running }) });
  if (!(await client.get('/-/healthy'))) throw nobodyAt(client.url);
  const { incident } = await findIncident(servedIncidents(client), what);
  const actor = flags.as ?? process.env.USER ?? process.env.USERNAME;
  const body = { ...(actor && { actor }), ...(flags.comment && { comment: flags.comment }), ...more };
  bodyOf(await client.post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/${act}`, body), client);
  const done = { acknowledge: 'acknowledged', close: 'closed', confirm: 'confirmed' };
  print(`${incident.id} ${done[act]}`);
}

function checkForm(form: string, forms: readonly string[]): void {
  if (!forms.includes(form)) throw new CommandFailed(`-o takes ${forms.join(' or ')}, not ${form}`);
}

const print = (text: string) => process.stdout.write(`${text}\n`);
