// A capture beside a recording knows the future of most of its moments: nothing later than record time may be read from it.
import type { EventItem, KubeObject, LogExcerpt, MetricSeries } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';

const stamped = /^\s*\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))/;

/** A reader that shows nothing that is known to be later than `until`. */
export function cutOff(reader: ClusterReader, until: string): ClusterReader {
  const limit = Date.parse(until);
  if (Number.isNaN(limit)) return reader;
  const isPast = (time: string | undefined) => time === undefined || !(Date.parse(time) > limit);
  return {
    objects: async (namespace, kinds) =>
      (await reader.objects(namespace, kinds))?.filter((object: KubeObject) =>
        isPast(object.metadata.creationTimestamp),
      ),
    logs: async (request) => (await reader.logs(request))?.map((excerpt) => cutLines(excerpt, isPast)),
    events: async (namespace) => (await reader.events(namespace))?.flatMap((event) => cutEvent(event, isPast)),
    metrics: async (namespace, pods) =>
      (await reader.metrics(namespace, pods))?.map((series) => cutSeries(series, limit)),
    checks: reader.checks,
  };
}

type IsPast = (time: string | undefined) => boolean;

/** A line without a time belongs to the one before it. */
function cutLines(excerpt: LogExcerpt, isPast: IsPast): LogExcerpt {
  const end = excerpt.lines.findIndex((line) => !isPast(stamped.exec(line)?.[1]?.replace(',', '.')));
  return end < 0 ? excerpt : { ...excerpt, lines: excerpt.lines.slice(0, end) };
}

function cutEvent(event: EventItem, isPast: IsPast): readonly EventItem[] {
  if (!isPast(event.firstAt ?? event.lastAt)) return [];
  // How often it had happened by then is not known.
  return isPast(event.lastAt) ? [event] : [{ ...event, count: 1, ...(event.firstAt && { lastAt: event.firstAt }) }];
}

function cutSeries(series: MetricSeries, limit: number): MetricSeries {
  return { ...series, values: series.values.filter(([seconds]) => seconds * 1_000 <= limit) };
}
