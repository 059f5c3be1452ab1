export { type RedisConfig, readRedisConfig, redisConfigSchema } from './config.ts';
export { type OpenedRedis, type OpenRedis, openRedis } from './open.ts';
