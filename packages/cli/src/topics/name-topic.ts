import { type TopicName, topicNames } from '@winnow/contracts';
import { CommandFailed } from '../failure.ts';

export const topicArgument = `one of ${topicNames.map((name) => name.replace('winnow.', '')).join(', ')}`;

/** With or without `winnow.` before it. */
export function nameTopic(name: string): TopicName {
  const topic = topicNames.find((each) => each === name || each === `winnow.${name}`);
  if (topic) return topic;
  throw new CommandFailed(`there is no topic ${name}: give one of ${topicNames.join(', ')}`);
}
