export { redisBus } from './redisBus.js';
export type { IoRedisLike, NodeRedisLike, RedisClient } from './redisConnection.js';
