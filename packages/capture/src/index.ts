export { InputUnreadable } from './input-error.ts';
export { type Intake, type IntakeFormat, intakeFormats, type ReadOptions } from './intake.ts';
export { openRecording, type Recording } from './open-recording.ts';
