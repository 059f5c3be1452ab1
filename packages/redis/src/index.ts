export type { Committed, ReadCommitted } from './committed.ts';
export { type RedisConfig, readRedisConfig, redisConfigSchema } from './config.ts';
export { type OpenedRedis, type OpenRedis, openRedis } from './open.ts';
