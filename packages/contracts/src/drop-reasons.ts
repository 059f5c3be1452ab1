// Why an item was not turned into a signal: a closed set, one place. Every drop is counted under one of these.

/** Items that could not be processed go to `winnow.dead-letters` with one of these codes. */
export const deadLetterCodes = {
  'not-json': 'The text is not JSON (or YAML, where YAML is taken).',
  'wrong-shape': 'A field is missing or has the wrong type.',
  'unknown-source': 'The recording names a source that Winnow does not know.',
  'too-large': 'The item is over 256 KiB even without its bodies.',
  poison: 'A stage threw on this record three times.',
} as const;
export type DeadLetterCode = keyof typeof deadLetterCodes;

/** Items that mean nothing is wrong are muted by one of these named rules. */
export const muteRules = {
  'normal-event': 'An event of type Normal tells of ordinary work.',
  'healthy-state': 'The object shows no symptom.',
  'always-firing-alert':
    'Watchdog, InfoInhibitor and other alerts of severity none exist to prove the pipeline, not to tell of trouble.',
  'ended-well': 'The object that the event complains about has recovered, and nobody was harmed.',
  'start-up': 'A probe failed while the container was still starting, and succeeded later.',
  'rollout-churn': 'The object was replaced by a rolling update that went through.',
  'job-retried': 'A pod of a Job failed, and the Job succeeded later.',
  'object-deleted': 'The object that the event complains about had been deleted on purpose.',
  'stale-event': 'The event belongs to an earlier object of the same name.',
  'ordinary-request': 'An audited request that changed nothing and was allowed.',
  'controller-conflict': 'A controller lost an optimistic-lock race and will retry (409).',
  'audit-stage': 'An earlier stage of a request that has told all it has to tell.',
  'expired-event': 'The event object was removed by its time to live.',
  'list-marker': 'The start or end of a list: no object.',
  'ordinary-warning': 'A Warning that tells of ordinary work: a pre-emption, a node that started anew.',
  'long-past': 'It was last seen over ten minutes before it arrived, about an object of which nothing is known.',
  'change-noted': 'A request that changed something: it is told as a change, and is no symptom.',
  'refused-request': 'A person or a component was refused a request, and nothing else came of it.',
  'resolved-unknown': 'An alert was reported resolved that had not been seen firing.',
  'told-late': 'The sender has told of a later turn of the same alert already.',
  silence: 'A person silenced it.',
} as const;
export type MuteRule = keyof typeof muteRules;

/** Items that were shed under load, lowest priority first. */
export const shedReasons = {
  'rate-budget': 'The cluster was over its rate budget.',
  'buffer-full': 'The agent that took it had no room left while Kafka could not be reached.',
} as const;
export type ShedReason = keyof typeof shedReasons;

export type OutcomeName = 'signal' | 'deduplicated' | 'muted' | 'shed' | 'dead_lettered';
