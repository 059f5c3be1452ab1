// A cluster in tests: revisions, findings, results and ticks go in, asks come out. Every record is decided twice: by the stage that
// has run all along, and by one that has just been opened from the tables' contents; both must put out the same.
import {
  type Ask,
  entity,
  type Finding,
  type Hypothesis,
  type Incident,
  type LookupResult,
  type Signal,
  type TopicName,
} from '@winnow/contracts';
import { createTable, type LogRecord, type Tables } from '@winnow/stream';
import type { Webhook } from '../core/payload.ts';
import type { NotificationArguments } from '../core/send.ts';
import { type State, tableSpecs } from '../core/state.ts';
import { type NotifySettings, notifyStage } from '../core.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
export const timeAt = (seconds: number) => new Date(start + seconds * 1000).toISOString();

export interface Sent {
  readonly ask: Ask;
  readonly receiver: string;
  readonly body: Webhook;
}

export interface Given {
  incident(seconds: number, more?: Partial<Incident>, entities?: readonly string[]): void;
  finding(seconds: number, more?: Partial<Finding> & { readonly incident?: string }): void;
  tick(seconds: number): void;
  /** The receiver answers the latest ask to it, or the one given. */
  answers(seconds: number, code: number | 'unreachable' | 'timeout', which?: { ask?: Ask; retryAfter?: number }): void;
  /** Goes on with other settings, as a process that was started again. */
  restarts(settings: Partial<NotifySettings>): void;
  /** All that was asked to be posted. */
  readonly sent: readonly Sent[];
  readonly state: State;
}

export const cause = (name: string, mode: Hypothesis['mode'] = 'oom-killed'): Hypothesis => ({
  entity: entity('Deployment', 'shop', name),
  mode,
  category: 'resource-exhaustion',
  confidence: 0.9,
  verdict: 'confirmed',
  summary: `${name} needs more memory than it may have.`,
  evidence: [{ source: 'object', ref: `Pod shop/${name}-1 lastState`, quote: 'OOMKilled' }],
  remediation: [{ summary: 'Raise the limit', command: `kubectl set resources deployment/${name}`, risk: 'low' }],
});

export function given(settings: Partial<NotifySettings> = {}): Given {
  let current: NotifySettings = {
    receivers: [{ name: 'hook', since: timeAt(0) }],
    externalUrl: 'https://winnow.example.com',
    ...settings,
  };
  const tables = newTables();
  let stage = notifyStage(current);
  let state = stage.open(tables);
  const sent: Sent[] = [];
  const revisions = new Map<string, number>();
  let offset = 0;

  function feed(topic: TopicName, key: string, value: unknown): void {
    const record: LogRecord = { topic, partition: 0, offset: ++offset, key, headers: {}, value };
    const fresh = stage.decide(stage.open(copyOf(tables)), record).emit ?? [];
    const emitted = stage.decide(state, record).emit ?? [];
    if (JSON.stringify(fresh) !== JSON.stringify(emitted))
      throw new Error(`a stage opened anew decides otherwise: ${JSON.stringify(fresh)} for ${JSON.stringify(emitted)}`);
    for (const each of emitted) {
      const ask = JSON.parse(JSON.stringify(each.value)) as Ask;
      const { receiver, body } = ask.arguments as unknown as NotificationArguments;
      sent.push({ ask, receiver, body: body as Webhook });
    }
  }

  return {
    incident(seconds, more = {}, entities = ['cart']) {
      const id = more.id ?? 'inc-1';
      const revision = (revisions.get(id) ?? 0) + 1;
      revisions.set(id, revision);
      feed('winnow.incidents', id, { ...plainIncident(id, revision, seconds, entities), ...more });
    },
    finding(seconds, more = {}) {
      const value: Finding = {
        ...{ schema: 1, tenant: 'default', cluster: 'prod', at: timeAt(seconds), incident: 'inc-1' },
        revision: revisions.get(more.incident ?? 'inc-1') ?? 1,
        title: 'Deployment shop/cart: killed for memory',
        hypotheses: [cause('cart')],
        ...more,
      };
      feed('winnow.findings', value.incident, value);
    },
    tick: (seconds) =>
      feed('winnow.signals', 'prod', {
        ...{ schema: 1, tenant: 'default', cluster: 'prod', at: timeAt(seconds), type: 'tick' },
      }),
    answers(seconds, code, { ask = sent.at(-1)?.ask, retryAfter } = {}) {
      if (!ask) throw new Error('nothing was asked');
      const { id, tenant, cluster, incident, revision, kind } = ask;
      const result: LookupResult = {
        ...{ schema: 1, type: 'result', ask: id, tenant, cluster, incident, revision, kind, at: timeAt(seconds) },
        ...(typeof code === 'number'
          ? { status: 'ok', value: { code, ...(retryAfter && { retryAfterSeconds: retryAfter }) } }
          : { status: code === 'timeout' ? 'timeout' : 'failed', value: undefined, message: code }),
      };
      feed('winnow.lookups', id, result);
    },
    restarts(changed) {
      current = { ...current, ...changed };
      stage = notifyStage(current);
      state = stage.open(tables);
    },
    sent,
    get state() {
      return state;
    },
  };
}

function plainIncident(id: string, revision: number, seconds: number, entities: readonly string[]): Incident {
  return {
    ...{ schema: 1, id, tenant: 'default', cluster: 'prod', revision, status: 'open', severity: 'high' },
    ...{ openedAt: timeAt(1), updatedAt: timeAt(seconds), roots: [], ready: true, traceId: 'a'.repeat(32) },
    members: entities.map((name) => ({
      signal: plainSignal(`sig-${name}`, name),
      why: { rule: 'opened', score: 1, path: [] },
    })),
  };
}

function plainSignal(id: string, name: string): Signal {
  return {
    ...{ id, entity: entity('Deployment', 'shop', name), subjects: [], symptom: 'crash-loop', reason: 'BackOff' },
    ...{ severity: 'high', sources: [], messages: ['Back-off restarting'], count: 1, status: 'open', why: 'test' },
    ...{ firstSeen: timeAt(1), lastSeen: timeAt(1), attributes: {}, observations: [] },
  };
}

function newTables(): Tables {
  return Object.fromEntries(Object.keys(tableSpecs).map((name) => [name, createTable()])) as unknown as Tables;
}

function copyOf(tables: Tables): Tables {
  const copy = newTables() as unknown as Record<string, ReturnType<typeof createTable>>;
  for (const [name, table] of Object.entries(tables))
    for (const [key, value] of table.entries()) copy[name]?.set(key, JSON.parse(JSON.stringify(value)));
  return copy as unknown as Tables;
}
