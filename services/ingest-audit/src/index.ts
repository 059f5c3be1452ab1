export { readAuditBody, readAuditEvent } from './core.ts';
