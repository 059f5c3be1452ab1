// An incident as Alertmanager itself takes alerts (`POST /api/v2/alerts`): one that is not sent again ends there by itself, and one
// whose labels have changed is another.
import { renewEvery } from './parameters.ts';
import type { Webhook } from './payload.ts';

type Texts = Readonly<Record<string, string>>;

export interface PostableAlert {
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** @param told the labels under which it was told last, where it fires there. @param now milliseconds since the epoch. */
export function postableAlertsOf({ alerts }: Webhook, told: Texts | undefined, now: number): readonly PostableAlert[] {
  return alerts.flatMap(({ status, labels, annotations, startsAt, endsAt, generatorURL }) => {
    const shared = { annotations, startsAt, generatorURL };
    // As Prometheus does: four times the interval at which it is sent again.
    const ends = status === 'resolved' ? endsAt : new Date(now + 4 * renewEvery).toISOString();
    const current = { ...shared, labels, endsAt: ends };
    const isRenamed = told !== undefined && JSON.stringify(told) !== JSON.stringify(labels);
    return isRenamed ? [{ ...shared, labels: told, endsAt: new Date(now).toISOString() }, current] : [current];
  });
}
