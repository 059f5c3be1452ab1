export type { Config } from './config.ts';
export { signalsStage } from './core.ts';
