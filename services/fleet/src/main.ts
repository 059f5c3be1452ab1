// Runs the two stages: the feed beside the stages of a cluster's partition, the fleet on a partition of its own topic.
import { type RunningStage, type RunStage, runStage } from '@winnow/stream';
import type { FleetConfig } from './config.ts';
import type { State } from './core/state.ts';
import { fleetStage } from './core.ts';
import { type FeedState, fleetFeedStage } from './feed.ts';

type Run<Of> = Omit<RunStage<Of>, 'stage'>;

/** @param options.partitions of every topic. @throws as runStage */
export function startFleetFeed({
  partitions,
  ...options
}: Run<FeedState> & { readonly partitions: number }): Promise<RunningStage<FeedState>> {
  return runStage({ ...options, stage: fleetFeedStage({ partitions }) });
}

/** @throws as runStage */
export function startFleet({
  settings = {},
  ...options
}: Run<State> & { readonly settings?: Partial<FleetConfig> }): Promise<RunningStage<State>> {
  return runStage({ ...options, stage: fleetStage(settings) });
}
