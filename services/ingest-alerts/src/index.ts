export { createIntakeClock } from './clock.ts';
export { type AlertIntakeConfig, alertIntakeConfigSchema, readAlertIntakeConfig } from './config.ts';
export * from './core.ts';
export type { BodyTaker } from './http.ts';
export { type RunningAlertIntake, type StartAlertIntake, startAlertIntake } from './main.ts';
export type { BodyFormat } from './read-body.ts';
