// Whatever is posted: nothing crashes, nothing is answered 5xx, no neighbour of what is broken is lost, and the ledger balances.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@winnow/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, type Endpoint, endpoints } from './fuzz/endpoints.ts';
import { diceArbitrary, mutate, type Wired, type Wiring, wire, wirings } from './fuzz/mutations.ts';
import { type Served, serve } from './fuzz/serve.ts';

/** Requests that are under way at once: they share the log's syncs. */
const AT_ONCE = 25;
const ROUNDS = 220;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let served: Served;
/** One that is open. */
let incident = '';
let marks = 0;
let sent = 0;
const answers = new Map<number, number>();

beforeAll(async () => {
  served = await serve();
  const [alerts] = endpoints as [Required<Endpoint>];
  await post(alerts, { body: Buffer.from(JSON.stringify([alerts.neighbour.make('first')])), headers: {} });
  while (!incident) {
    const { incidents } = (await (await fetch(`${served.url}/api/v1/incidents`)).json()) as Report;
    incident = incidents[0]?.id ?? '';
    await sleep(20);
  }
});
afterAll(async () => {
  agent.destroy();
  expect(await served?.stop()).toEqual([]);
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

function post({ path, headers }: Endpoint, { body, headers: more }: Wired): Promise<Answer> {
  sent++;
  return new Promise((resolve, reject) => {
    const asked = request(
      served.url + path.replace('{incident}', incident),
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers, ...more } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function check(endpoint: Endpoint, wired: Wired, { status, text }: Answer): void {
  answers.set(status, (answers.get(status) ?? 0) + 1);
  const said = `${endpoint.path} answered ${status} ${text.slice(0, 500)} to ${wired.body.toString('utf8').slice(0, 2_000)}`;
  // An incident may have been closed or merged meanwhile.
  const unknown = status === 404 && !endpoint.path.includes('/incidents/');
  if (status < 200 || status >= 500 || unknown || status === 429) throw new Error(said);
}

/** The body with two neighbours around what is broken, and their marks. */
function withNeighbours({ body, neighbour }: Endpoint, broken: unknown): { body: unknown; marks: readonly string[] } {
  if (!neighbour) return { body: broken, marks: [] };
  const own = [`neighbour-${marks++}`, `neighbour-${marks++}`];
  const around = (list: unknown) => {
    const [first, last] = own.map((mark) => neighbour.make(mark));
    return [first, ...(Array.isArray(list) ? list : [list]), last];
  };
  if (neighbour.list === undefined) return { body: around(broken), marks: own };
  const fields = (typeof broken === 'object' && broken !== null ? broken : body) as Record<string, unknown>;
  return { body: { ...fields, [neighbour.list]: around(fields[neighbour.list]) }, marks: own };
}

const shown = [
  '/api/v2/alerts',
  '/api/v2/alerts/groups',
  '/api/v2/silences',
  '/api/v2/silence',
  '/api/v2/receivers',
  '/api/v2/status',
  '/api/v1/incidents',
  '/api/v1/sources',
  '/metrics',
];
const oddParts = [
  '%',
  '%ff',
  '%00',
  '%2e%2e%2f',
  '..',
  '//',
  '%ud800',
  '__proto__',
  '[]',
  'a%5B0%5D',
  '%7B%22x',
  '-1',
  '1e9',
  'NaN',
];

function ask(method: string, path: string): Promise<Answer> {
  sent++;
  return new Promise((resolve, reject) => {
    const { port } = new URL(served.url);
    const asked = request({ host: '127.0.0.1', port, method, path, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

const endpointArbitrary = fc.constantFrom(...endpoints);
const roundOf = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: AT_ONCE, maxLength: AT_ONCE });
const settings = { numRuns: ROUNDS, seed: Number(process.env.WINNOW_FUZZ_SEED ?? 20_260_308), endOnFailure: false };

describe('given every endpoint that takes a body', () => {
  test('when real bodies are posted, then they are taken', async () => {
    for (const endpoint of endpoints) {
      const { body, marks: own } = withNeighbours(endpoint, endpoint.body);
      const wired = { body: bytesOf(endpoint, body), headers: {} };
      const answer = await post(endpoint, wired);
      check(endpoint, wired, answer);
      expect([endpoint.path, answer.status, own.filter((mark) => !served.has(mark))]).toEqual([endpoint.path, 200, []]);
    }
  });

  test('when URLs are broken, then nothing breaks, whatever is asked for', async () => {
    const part = fc.oneof(fc.string({ maxLength: 30 }).map(encodeURIComponent), fc.constantFrom(...oddParts));
    const paths = [...endpoints.map(({ path }) => path.replace('{incident}', 'x')), ...shown];
    const asked = fc.tuple(
      fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT'),
      fc.constantFrom(...paths),
      part,
      part,
      fc.nat(3),
    );
    await fc.assert(
      fc.asyncProperty(roundOf(asked), (round) =>
        Promise.all(
          round.map(async ([method, path, one, other, form]) => {
            const url = [
              `${path}/${one}`,
              `/clusters/${one}${path}`,
              `${path}?${one}=${other}`,
              `${path}?cluster=${one}&filter=${other}&limit=${one}&status=${other}`,
            ][form];
            const { status, text } = await ask(method, url as string);
            if (status < 200 || status >= 500)
              throw new Error(`${method} ${url} answered ${status} ${text.slice(0, 500)}`);
          }),
        ).then(() => undefined),
      ),
      { ...settings, numRuns: 40 },
    );
  });

  test('when values are broken, then the answer says so and every neighbour is taken', async () => {
    const readable = fc.constantFrom(...endpoints.filter(({ encode }) => !encode));
    const posted = fc.tuple(readable, fc.array(diceArbitrary, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(roundOf(posted), (round) =>
        Promise.all(
          round.map(async ([endpoint, dice]) => {
            const broken = dice.reduce(mutate, endpoint.body);
            const { body, marks: own } = withNeighbours(endpoint, broken);
            const wired = { body: bytesOf(endpoint, body), headers: {} };
            const answer = await post(endpoint, wired);
            check(endpoint, wired, answer);
            const lost = own.filter((mark) => !served.has(mark));
            if (lost.length > 0) throw new Error(`${endpoint.path} lost ${lost} (${answer.status}) of ${wired.body}`);
          }),
        ).then(() => undefined),
      ),
      settings,
    );
  });

  test('when bodies are so large that they are read in slices, then every element that is right is taken', async () => {
    const large = endpoints.filter(({ neighbour }) => neighbour);
    const posted = fc.tuple(fc.constantFrom(...large), fc.array(diceArbitrary, { minLength: 1, maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(posted, async ([endpoint, dice]) => {
        const { neighbour, body } = endpoint as Required<Endpoint>;
        const own = Array.from({ length: 1_000 }, () => `neighbour-${marks++}`);
        const list: unknown[] = own.map((mark) => neighbour.make(mark));
        for (const each of dice)
          list.splice(Math.floor((each[5] ?? 0) * 1_000), 0, mutate(neighbour.make('broken'), each));
        const whole = neighbour.list === undefined ? list : { ...(body as object), [neighbour.list]: list };
        const wired = { body: Buffer.from(JSON.stringify(whole)), headers: {} };
        check(endpoint, wired, await post(endpoint, wired));
        expect(own.filter((mark) => !served.has(mark))).toEqual([]);
      }),
      { ...settings, numRuns: 30 },
    );
  });

  test('when the text or what the headers say of it is broken, then it is refused or read, and nothing breaks', async () => {
    const posted = fc.tuple(endpointArbitrary, fc.constantFrom<Wiring>(...wirings), diceArbitrary);
    await fc.assert(
      fc.asyncProperty(roundOf(posted), (round) =>
        Promise.all(
          round.map(async ([endpoint, wiring, dice]) => {
            const wired = wire(bytesOf(endpoint, endpoint.body), wiring, dice);
            check(endpoint, wired, await post(endpoint, wired));
          }),
        ).then(() => undefined),
      ),
      settings,
    );
  });

  test('then the ledger has every item that was taken, once; no secret was written; and it still takes what is right', async () => {
    expect(sent).toBeGreaterThan(10_000);
    expect(Object.fromEntries(await served.decided())).toEqual(Object.fromEntries(served.taken));
    expect(served.leaked).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    for (const [source, items] of served.taken)
      expect(metrics).toContain(`winnow_received_total{source="${source}"} ${items}\n`);
    const [alerts] = endpoints;
    expect(
      (await post(alerts as Endpoint, { body: Buffer.from(JSON.stringify(alerts?.body)), headers: {} })).status,
    ).toBe(200);
    console.info(`${sent} requests:`, Object.fromEntries([...answers].sort()));
  });
});
