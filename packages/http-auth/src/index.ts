export { type AccessConfig, readAccessConfig } from './config.ts';
export { type Access, type AccessGrant, openAccess } from './open-access.ts';
