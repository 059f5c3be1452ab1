export { type RcaConfig, rcaConfigSchema, readRcaConfig } from './config.ts';
export { rcaStage } from './core.ts';
export { type DeterministicInvestigator, deterministicInvestigator } from './deterministic.ts';
export { rcaLookupKinds, rcaLookups } from './lookups.ts';
export { type RunningRca, type StartRca, startRca } from './main.ts';
