export { type AuditFile, type AuditFileOptions, startAuditFile } from './audit-file.ts';
export { readAuditBody, readAuditEvent } from './core.ts';
