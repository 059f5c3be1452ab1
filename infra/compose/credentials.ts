// Draws the tokens and passwords of docker-compose.yml once, and keeps them: `credentials.ts draw`. `credentials.ts show NAME` prints one.
// Winnow gets digests alone; each of the others gets a volume with what it needs to show.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = process.env.CREDENTIALS ?? '/credentials';

/** Where each lies, below the root; its holder's volume is the folder. */
const places: Readonly<Record<string, string>> = {
  // Of people: reads, and acts on incidents.
  operator: 'people/operator',
  // Of whoever sends alerts, audit logs, changes, traces from this machine.
  sender: 'people/sender',
  metrics: 'prometheus/metrics',
  prometheus: 'prometheus/sender',
  grafana: 'grafana/winnow',
  'grafana-admin': 'grafana/admin',
};
const pathOf = (place: string) => join(root, place);
const authFile = pathOf('winnow/auth.yaml');

/** Whole or not at all. Readable by others: their users have other numbers, and reach it by their volume alone. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o444 });
  renameSync(`${path}.new`, path);
}

function drawn(place: string): string {
  const path = pathOf(place);
  if (!existsSync(path)) write(path, randomBytes(24).toString('base64url'));
  return readFileSync(path, 'utf8');
}

function draw(): void {
  const secrets = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, drawn(place)]));
  const digest = (name: string) =>
    `sha256:${createHash('sha256')
      .update(secrets[name] ?? '')
      .digest('hex')}`;
  const bearer = (name: string, may: readonly string[]) => ({ name, bearer: [digest(name)], may });
  const credentials = [
    bearer('operator', ['read', 'operate']),
    bearer('sender', ['send']),
    bearer('metrics', ['metrics']),
    bearer('prometheus', ['alerts']),
    { name: 'grafana', basic: [{ user: 'grafana', password: digest('grafana') }], may: ['read'] },
  ];
  // JSON is YAML.
  write(authFile, `${JSON.stringify({ credentials }, undefined, 2)}\n`);
}

const [what, name = ''] = process.argv.slice(2);
if (what === 'draw') draw();
else if (what === 'show' && places[name]) console.log(drawn(places[name]));
else {
  console.error(`credentials draw | show ${Object.keys(places).join('|')}`);
  process.exitCode = 2;
}
