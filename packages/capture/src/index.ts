export { combineReaders } from './combine-readers.ts';
export { InputUnreadable } from './input-error.ts';
export { type Intake, type IntakeFormat, intakeFormats, type ReadOptions } from './intake.ts';
export { type Capture, openCapture } from './open-capture.ts';
export { openInput } from './open-input.ts';
export { openRecording, type Recording } from './open-recording.ts';
