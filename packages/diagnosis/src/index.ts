// The deterministic diagnosis: what is in a dossier → what is wrong, why that is believed, and what to do.
export { diagnose } from './diagnose.ts';
export { modes } from './registry.ts';
