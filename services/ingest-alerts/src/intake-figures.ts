// What the intake counts beside the ledger: what was sent and is no item, what senders left out, clocks that run ahead.
import type { Item, MetricFamily, ReadMetrics, Source } from '@winnow/contracts';
import type { Note } from './core/notes.ts';

export interface IntakeFigures {
  noted(source: Source, note: Note): void;
  /** Looks for alerts that start after they came. */
  arrived(source: Source, items: Iterable<Item>, at: string): void;
  readonly readMetrics: ReadMetrics;
}

export function createIntakeFigures(): IntakeFigures {
  const notes = new Map<string, { source: Source; note: Note; count: number }>();
  const ahead = new Map<Source, number>();

  function read(): MetricFamily[] {
    const samples = (kind: Note['kind']) =>
      [...notes.values()]
        .filter(({ note }) => note.kind === kind)
        .map(({ source, note: { reason }, count }) => ({ labels: { source, reason }, value: count }));
    return [
      {
        name: 'winnow_intake_ignored_total',
        type: 'counter',
        help: 'Events that were taken note of and are no item: pings, notes, types that tell of nothing that Winnow knows.',
        samples: samples('ignored'),
      },
      {
        name: 'winnow_intake_truncated_total',
        type: 'counter',
        help: 'Alerts that a sender says it left out of its requests (truncatedAlerts): unknown, not resolved.',
        samples: samples('truncated'),
      },
      {
        name: 'winnow_intake_clock_ahead_seconds',
        type: 'gauge',
        help: 'How far ahead of their arrival alerts have claimed to start, at most: the clock of their sender is ahead.',
        samples: [...ahead].map(([source, value]) => ({ labels: { source }, value })),
      },
    ];
  }

  return {
    noted(source, note) {
      const key = `${source} ${note.kind} ${note.reason}`;
      const cell = notes.get(key) ?? { source, note, count: 0 };
      cell.count += note.count;
      notes.set(key, cell);
    },
    arrived(source, items, at) {
      for (const item of items) {
        if (item.type !== 'alert' || item.startsAt === undefined || item.startsAt <= at) continue;
        const seconds = (Date.parse(item.startsAt) - Date.parse(at)) / 1000;
        ahead.set(source, Math.max(seconds, ahead.get(source) ?? 0));
      }
    },
    readMetrics: read,
  };
}
