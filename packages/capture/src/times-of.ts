// Which times of an object say that it was seen then: what has happened, never what is to come (expiries, deadlines).
import { fieldsOf, isFields, latestTime, readTime } from '@winnow/contracts';

const each = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function* containerTimes(statuses: unknown): Generator<string | undefined> {
  for (const status of each(statuses)) {
    for (const state of [fieldsOf(status).state, fieldsOf(status).lastState]) {
      const { running, terminated } = fieldsOf(state);
      yield readTime(fieldsOf(running).startedAt);
      yield readTime(fieldsOf(terminated).startedAt);
      yield readTime(fieldsOf(terminated).finishedAt);
    }
  }
}

function* timesOf(raw: Readonly<Record<string, unknown>>): Generator<string | undefined> {
  const status = fieldsOf(raw.status);
  yield readTime(fieldsOf(raw.metadata).creationTimestamp);
  if (raw.kind === 'Lease') yield readTime(fieldsOf(raw.spec).renewTime);
  for (const condition of each(status.conditions)) {
    const { lastTransitionTime, lastUpdateTime, lastHeartbeatTime, lastProbeTime } = fieldsOf(condition);
    for (const time of [lastTransitionTime, lastUpdateTime, lastHeartbeatTime, lastProbeTime]) yield readTime(time);
  }
  yield* containerTimes(status.containerStatuses);
  yield* containerTimes(status.initContainerStatuses);
  yield* containerTimes(status.ephemeralContainerStatuses);
  if (raw.kind !== 'Event') return;
  for (const time of [raw.lastTimestamp, raw.firstTimestamp, raw.eventTime, raw.deprecatedLastTimestamp])
    yield readTime(time);
  yield readTime(fieldsOf(raw.series).lastObservedTime);
}

/** The latest time at which the object tells that something happened. */
export function latestTimeOf(raw: unknown): string | undefined {
  return isFields(raw) ? latestTime(timesOf(raw)) : undefined;
}
