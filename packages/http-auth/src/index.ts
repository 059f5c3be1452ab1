export { type AccessConfig, accessConfigSchema, readAccessConfig } from './config.ts';
export { type Access, type AccessGrant, openAccess } from './open-access.ts';
