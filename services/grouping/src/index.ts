export { type GroupingConfig, groupingConfigSchema } from './config.ts';
export { groupingStage } from './core.ts';
