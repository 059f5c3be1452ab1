// With OTEL_EXPORTER_OTLP_ENDPOINT set, one incident is one trace over all hops.
import type { Incident, Report } from '@winnow/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import { alertAbout, freshDirectory, postAlerts, startUp, until } from './winnow.ts';

let receiver: OtlpReceiver | undefined;
afterEach(() => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  receiver?.close();
});

describe('given a collector', () => {
  test('when an alert becomes a diagnosed incident, then its hops are one trace, from the arrival to the finding', async () => {
    receiver = await startOtlpReceiver();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url;
    const up = await startUp(freshDirectory(), '--no-example');
    await postAlerts(up.url, [alertAbout('cart')]);
    const read = async <T>(path: string) => (await fetch(`${up.url}/api/v1/incidents${path}`)).json() as Promise<T>;
    await until(
      async () => (await read<Report>('')).incidents.length > 0,
      () => 'an incident',
    );
    const id = (await read<Report>('')).incidents[0]?.id;
    const found = () => read<{ incident: Incident; finding: unknown }>(`/${id}`);
    await until(
      async () => (await found()).finding !== null,
      () => 'a finding',
      250,
    );
    const { traceId } = (await found()).incident;
    await up.end('SIGTERM');

    const trace = receiver.spans.filter((span) => span.traceId === traceId);
    const names = trace.map((span) => span.name.split(' ')[0]);
    for (const hop of ['arrival', 'signals', 'grouping', 'context', 'rca']) expect(names).toContain(hop);
    const ids = new Set(trace.map((span) => span.spanId));
    const orphans = trace.filter((span) => span.parentSpanId && !ids.has(span.parentSpanId));
    expect(orphans.map((span) => span.name)).toEqual([]);
    expect(trace.filter((span) => !span.parentSpanId).map((span) => span.name)).toEqual([
      'arrival alertmanager.alerts',
    ]);
  });
});
