export { redisBus, type RedisBusOptions } from './redisBus.js';
export type { IoRedisLike, NodeRedisLike, RedisClient } from './redisConnection.js';
