// What went wrong, in words that say what to do.
import { LogUnavailable } from '@winnow/stream';
import kafkajs from 'kafkajs';

/** What waiting does not mend. */
const permanent: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: 'the record is larger than the topic takes: raise its max.message.bytes',
  RECORD_LIST_TOO_LARGE: 'the records are more than a segment of the topic holds: raise its segment.bytes',
  UNKNOWN_TOPIC_OR_PARTITION: 'the topic or partition is not there: apply the topics',
  INVALID_TOPIC_EXCEPTION: 'the broker refuses the name of the topic',
  TOPIC_AUTHORIZATION_FAILED:
    'this user may not do that with the topic: grant it Read, Write and Describe; Create and DescribeConfigs to apply the topics',
  CLUSTER_AUTHORIZATION_FAILED:
    'this user may not do that with the cluster: grant it IdempotentWrite to append, Create to apply the topics',
  POLICY_VIOLATION: 'a policy of the cluster forbids it',
  GROUP_AUTHORIZATION_FAILED: 'this user may not join the group: grant it Read',
  SASL_AUTHENTICATION_FAILED: 'the credentials are refused: check WINNOW_KAFKA_SASL_*',
  UNSUPPORTED_SASL_MECHANISM: 'the broker has not enabled this mechanism: check WINNOW_KAFKA_SASL_MECHANISM',
  UNSUPPORTED_VERSION: 'the broker speaks no version of the protocol that this client does',
};

/** The offset wanted is behind the log's end: the log has lost what a store has already seen, or is another one. */
export class LogTruncated extends Error {
  override readonly name = 'LogTruncated';
}

/** What was tried is refused by the brokers, and waiting does not mend it. Its message says what to do. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
}

/** The topic has no such partition, as far as the brokers know. */
export class NoPartition extends Error {
  override readonly name = 'NoPartition';
}

/** What the error was at its bottom: kafkajs wraps what it has retried. */
export function causeOf(error: unknown): Error {
  // Of several topics the first says why.
  if (error instanceof Error && error.name === 'KafkaJSAggregateError')
    return causeOf((error as AggregateError).errors[0] ?? new Error(error.message));
  const cause = error instanceof kafkajs.KafkaJSError ? error.cause : undefined;
  return cause instanceof Error && cause !== error ? causeOf(cause) : asError(error);
}

export function typeOf(error: unknown): string | undefined {
  const cause = causeOf(error);
  return cause instanceof kafkajs.KafkaJSProtocolError ? cause.type : undefined;
}

/** True where it may be that brokers have yet to hear of it. */
export const mayAppear = (error: unknown) =>
  error instanceof NoPartition || typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';

/** True where waiting does not mend it. */
export const isPermanent = (error: unknown) => adviceOn(error) !== undefined && !mayAppear(error);

function adviceOn(error: unknown): string | undefined {
  if (isTold(error)) return error.message;
  if (causeOf(error).name === 'KafkaJSSASLAuthenticationError') return permanent.SASL_AUTHENTICATION_FAILED;
  return permanent[typeOf(error) ?? ''];
}

/** What this package or the reading of a value threw says all that there is to say. */
const isTold = (error: unknown): error is Error =>
  error instanceof LogTruncated || error instanceof NoPartition || error instanceof SyntaxError;

/** The error for a caller. `what` says what was tried, and where. */
export function failureOf(error: unknown, what: string): Error {
  if (isTold(error)) return error;
  const cause = causeOf(error);
  const advice = adviceOn(error);
  if (advice !== undefined) return new LogRefused(`${what}: ${advice} (${cause.message}).`, { cause });
  return new LogUnavailable(`${what}: ${cause.message}. It recovers by itself once the brokers answer.`, { cause });
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
