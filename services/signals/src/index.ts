export type { State as SignalsState } from './core/state.ts';
export { signalsStage } from './core.ts';
