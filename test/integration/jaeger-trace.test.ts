// One incident's trace, hop by hop, as the real Jaeger has it.
import type { Incident, Report } from '@winnow/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { alertAbout, freshDirectory, postAlerts, startUp, until } from '../e2e/winnow.ts';
import { missingServer, startJaeger } from '../servers/index.ts';

interface Span {
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[];
}

interface Traces {
  readonly data: readonly { readonly traceID: string; readonly spans: readonly Span[] }[];
}

const HOPS = ['arrival', 'signals', 'grouping', 'context', 'rca'];

afterEach(() => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
});

const read = async <T>(url: string) => (await fetch(url)).json() as Promise<T>;

/** Sends an alert and waits until its incident is explained. @returns its trace's id */
async function explainAnAlert(url: string): Promise<string> {
  await postAlerts(url, [alertAbout('cart')]);
  let incident: Incident | undefined;
  await until(
    async () => {
      const [first] = (await read<Report>(`${url}/api/v1/incidents`)).incidents;
      if (!first) return false;
      const shown = await read<{ incident: Incident; finding: unknown }>(`${url}/api/v1/incidents/${first.id}`);
      incident = shown.incident;
      return shown.finding !== null;
    },
    () => 'an incident with a finding',
    250,
  );
  return incident?.traceId ?? '';
}

const parentOf = ({ references }: Span) => references.find(({ refType }) => refType === 'CHILD_OF')?.spanID;

describe.skipIf(missingServer('jaeger'))('given a Jaeger', () => {
  test('when an alert becomes an explained incident, then Jaeger shows all hops on one trace, from the arrival on', async () => {
    await using jaeger = await startJaeger();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = jaeger.otlpUrl;
    const up = await startUp(freshDirectory(), '--no-example');
    const traceId = await explainAnAlert(up.url);
    // What is left to export goes out at the end.
    await up.end('SIGTERM');

    let spans: readonly Span[] = [];
    const hops = () => new Set(spans.map(({ operationName }) => operationName.split(' ')[0]));
    await until(
      async () => {
        const { data } = await read<Partial<Traces>>(`${jaeger.queryUrl}/api/traces/${traceId}`);
        spans = data?.[0]?.spans ?? [];
        return HOPS.every((hop) => hops().has(hop));
      },
      () => `all hops: ${[...hops()].join()}`,
      250,
    );
    const roots = spans.filter((span) => parentOf(span) === undefined);
    expect(roots.map(({ operationName }) => operationName)).toEqual(['arrival alertmanager.alerts']);
    const ids = new Set(spans.map(({ spanID }) => spanID));
    expect(spans.filter((span) => span !== roots[0] && !ids.has(parentOf(span) ?? ''))).toEqual([]);
    expect((await read<{ data: string[] }>(`${jaeger.queryUrl}/api/services`)).data).not.toEqual([]);
  });
});
