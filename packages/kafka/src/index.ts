export { withAdmin } from './admin.ts';
export { type ClientOptions, createClient, type KafkaClient } from './client.ts';
export { type KafkaConfig, kafkaConfigSchema, readKafkaConfig } from './config.ts';
export { type KafkaLog, type KafkaLogOptions, openKafkaLog } from './event-log.ts';
export { LogRefused, LogTruncated, NoPartition } from './failures.ts';
export { type Assignments, type FollowAssignments, followAssignments } from './follow-assignments.ts';
export { type KafkaReader, openKafkaReader, type PartitionInfo, type TimedRecord } from './reader.ts';
export type { TokenProvider } from './security.ts';
export type { Progress } from './subscription.ts';
export type { TopicDifference } from './topic-differences.ts';
export { kafkaTopicsConfigSchema, readTopicSettings, type TopicSettings, topicConfig } from './topic-settings.ts';
export {
  type AppliedTopic,
  applyTopics,
  type InspectedTopic,
  inspectTopics,
  planTopics,
  TopicsRefused,
} from './topics.ts';
