// What the API server's audit log becomes, before anybody decides what it means.
export { readAuditBody, readAuditEvent } from './core/read-audit-event.ts';
export { readAuditLine } from './core/read-audit-line.ts';
