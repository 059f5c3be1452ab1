// What a cluster's requests cost, and what holds them back, as metrics.
import type { MetricFamily, MetricSample } from '@winnow/contracts';
import { type Purpose, purposes } from './api-server.ts';
import type { Gate } from './limit/gate.ts';
import type { Strain } from './limit/rate.ts';

export interface RequestFigures {
  waited(purpose: Purpose, milliseconds: number): void;
  /** @param code a status, or why there was none: `unreachable`, `timeout`, `credentials`, `aborted` */
  asked(purpose: Purpose, code: string | number, milliseconds: number): void;
  received(purpose: Purpose, bytes: number): void;
  shrunk(strain: Strain): void;
  throttled(level: string): void;
  served(purpose: Purpose, flowSchema: string, level: string): void;
  read(gate: Gate): readonly MetricFamily[];
}

type Labels = Readonly<Record<string, string | number>>;

interface Series {
  add(labels: Labels, value: number): void;
  set(labels: Labels, value: number): void;
  samples(): readonly MetricSample[];
}

export function createRequestFigures(cluster: string): RequestFigures {
  const requests = createSeries(cluster);
  const seconds = createSeries(cluster);
  const waits = createSeries(cluster);
  const bytes = createSeries(cluster);
  const shrinks = createSeries(cluster);
  const throttles = createSeries(cluster);
  const levels = createSeries(cluster);
  return {
    waited: (purpose, milliseconds) => waits.add({ purpose }, milliseconds / 1000),
    asked(purpose, code, milliseconds) {
      requests.add({ purpose, code }, 1);
      seconds.add({ purpose }, milliseconds / 1000);
    },
    received: (purpose, count) => bytes.add({ purpose }, count),
    shrunk: (cause) => shrinks.add({ cause }, 1),
    throttled: (level) => throttles.add({ priority_level: level }, 1),
    served: (purpose, flow, level) => levels.set({ purpose, flow_schema: flow, priority_level: level }, 1),
    read: (gate) => [
      counter('requests_total', 'Requests to the API server', requests),
      counter('request_seconds_total', 'Time until the heads of answers', seconds),
      counter('request_wait_seconds_total', 'Time that requests waited for the client-side limit', waits),
      counter('received_bytes_total', 'Bytes of bodies', bytes),
      counter('throttled_total', 'Answers 429, by the priority level that gave them', throttles),
      counter('limit_shrinks_total', 'How often the client-side limit shrank, and why', shrinks),
      gauge('priority_level', 'The flow schemas and priority levels that served the requests', levels.samples()),
      ...gateFigures(cluster, gate),
    ],
  };
}

function gateFigures(cluster: string, gate: Gate): readonly MetricFamily[] {
  const byPurpose = (value: (purpose: Purpose) => number): MetricSample[] =>
    purposes.map((purpose) => ({ labels: { cluster, purpose }, value: value(purpose) }));
  return [
    gauge('request_limit', 'Requests a second that the client-side limit allows now', [
      { labels: { cluster }, value: gate.rate.rate },
    ]),
    gauge(
      'requests_in_flight',
      'Requests under way; of watches, those that are opening',
      byPurpose((each) => gate.running[each]),
    ),
    gauge('requests_waiting', 'Requests that wait for the client-side limit', byPurpose(gate.waiting)),
    gauge(
      'request_pause_seconds',
      'What is left of a pause that the server asked for',
      byPurpose((each) => gate.pause(each) / 1000),
    ),
    gauge('latency_stress', 'Recent time until the head of an answer, as a multiple of the usual one', [
      { labels: { cluster }, value: gate.rate.latency.stress },
    ]),
  ];
}

const counter = (name: string, help: string, series: Series): MetricFamily => ({
  ...{ name: `winnow_kubernetes_${name}`, type: 'counter', help, samples: series.samples() },
});
const gauge = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
  ...{ name: `winnow_kubernetes_${name}`, type: 'gauge', help, samples },
});

function createSeries(cluster: string): Series {
  const all = new Map<string, { readonly labels: Labels; value: number }>();
  function at(labels: Labels) {
    const key = Object.values(labels).join(' ');
    const known = all.get(key) ?? { labels: { cluster, ...labels }, value: 0 };
    all.set(key, known);
    return known;
  }
  return {
    add(labels, value) {
      at(labels).value += value;
    },
    set(labels, value) {
      at(labels).value = value;
    },
    samples: () => [...all.values()].map(({ labels, value }) => ({ labels, value })),
  };
}
