// What of an agent lies in Kafka, as a reader sees it: what carries a seq that was seen is dropped.
import type { Envelope } from '@winnow/contracts';
import type { KafkaLog } from '@winnow/kafka';
import type { LogRecord } from '@winnow/stream';

export interface Forwarded {
  /** Names of alerts in the order of the log, each as often as a reader counts it. */
  names(): readonly string[];
  /** The same arrivals, in their order. */
  arrivals(): readonly Envelope[];
  /** Records that were sent once more. */
  repeated(): number;
  readonly producers: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Follows all partitions from the beginning. */
export function followForwarded(log: KafkaLog, partitions: number, cluster = 'edge'): Forwarded {
  const arrivals: Envelope[] = [];
  const highest = new Map<string, number>();
  const producers = new Set<string>();
  let repeated = 0;

  function take({ partition, headers, value }: LogRecord): void {
    const envelope = value as Envelope;
    if (envelope.cluster !== cluster) return;
    const { producer = '', seq } = headers;
    producers.add(producer);
    const key = `${producer}|${partition}`;
    if (Number(seq) <= (highest.get(key) ?? 0)) {
      repeated++;
      return;
    }
    highest.set(key, Number(seq));
    arrivals.push(envelope);
  }

  const subscriptions = Array.from({ length: partitions }, (_, partition) =>
    log.subscribe({ topic: 'winnow.observations', partition, from: 0 }, async (batch) => batch.forEach(take)),
  );
  return {
    producers,
    arrivals: () => arrivals,
    names: () => arrivals.flatMap(({ items }) => items.flatMap((item) => (item.type === 'alert' ? nameOf(item) : []))),
    repeated: () => repeated,
    async close() {
      await Promise.all(subscriptions.map((each) => each.close()));
    },
  };
}

const nameOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) => labels.alertname ?? '';
