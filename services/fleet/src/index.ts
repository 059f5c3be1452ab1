export { type FleetConfig, fleetConfigSchema } from './config.ts';
export { fleetStage } from './core.ts';
export { fleetFeedStage } from './feed.ts';
export { startFleet, startFleetFeed } from './main.ts';
