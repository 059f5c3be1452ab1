export { REDACTED } from './mark.ts';
export { redactJson } from './redact-json.ts';
export { redactObject } from './redact-object.ts';
export { redactText } from './redact-text.ts';
export { secretLooking } from './secret-names.ts';
