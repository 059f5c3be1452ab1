// A real Alertmanager and Winnow beside it: whatever is asked of both is answered alike, but for ids and times.
import { afterEach } from 'vitest';
import { freshDirectory, startUp, type Up } from '../../e2e/winnow.ts';
import { amtool, type RunningServer, startAlertmanager } from '../../servers/index.ts';

export interface Pair {
  readonly alertmanager: RunningServer;
  readonly winnow: Up;
}

/** Groups and names its receiver as Winnow does. */
const config = {
  route: { receiver: 'winnow', group_by: ['alertname', 'cluster'], group_wait: '0s' },
  receivers: [{ name: 'winnow' }],
};

const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

export async function startPair(): Promise<Pair> {
  const alertmanager = await startAlertmanager({ config });
  running.push(alertmanager);
  return { alertmanager, winnow: await startUp(freshDirectory(), '--no-example') };
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** What both answer to the same request. */
export async function askBoth({ alertmanager, winnow }: Pair, path: string, init?: RequestInit): Promise<Answer[]> {
  return [await ask(alertmanager.url, path, init), await ask(winnow.url, path, init)];
}

export async function ask(url: string, path: string, init?: RequestInit): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, init);
  const text = await answer.text();
  const type = answer.headers.get('content-type')?.split(';')[0] ?? null;
  return { status: answer.status, type, body: text === '' ? '' : JSON.parse(text) };
}

export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** What amtool prints of both; `#1` in an argument stands for the first id that was printed, and so on. */
export function amtoolOnBoth({ alertmanager, winnow }: Pair) {
  const known = new Map<string, string[]>();
  return async (...args: readonly string[]) => {
    const printed: string[] = [];
    for (const { url } of [alertmanager, winnow]) {
      const ids = known.get(url) ?? [];
      known.set(url, ids);
      const filled = args.map((arg) => arg.replace(/#(\d+)/g, (_, n: string) => ids[Number(n) - 1] ?? ''));
      const { code, stdout, stderr } = await amtool(filled, { url });
      printed.push(`${code}\n${alike(`${stdout}${stderr}`, ids)}`);
    }
    return printed as [string, string];
  };
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Ids by the order in which they turned up, times as a time, columns as wide as they are. */
export function alike(text: string, ids: string[] = []): string {
  return text
    .replace(uuid, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `#${ids.indexOf(id) + 1}`;
    })
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: UTC|Z|[+-]\d\d:\d\d)/g, 'TIME')
    .replace(/"fingerprint":"[0-9a-f]{16}"/g, '"fingerprint":"F"')
    .replace(/ +/g, ' ');
}
