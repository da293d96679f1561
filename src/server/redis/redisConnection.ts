/** What is needed of a client of `ioredis`, single or Cluster. */
export interface IoRedisLike {
  defineCommand: unknown;
  options?: { keyPrefix?: string | undefined };
  duplicate(change?: never): IoRedisLike;
  eval(script: string, keys: number, ...rest: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...said: string[]) => void): unknown;
  off(event: string, listener: (...said: string[]) => void): unknown;
  disconnect(): void;
}

/** What is needed of a client of `redis` (node-redis), single or Cluster. */
export interface NodeRedisLike {
  isOpen: boolean;
  duplicate(): NodeRedisLike;
  connect(): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  subscribe(
    channel: string,
    listener: (message: string, channel: string) => void,
  ): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...said: string[]) => void): unknown;
  off(event: string, listener: (...said: string[]) => void): unknown;
  destroy(): void;
}

/** A client of either library; it is told apart by its shape. */
export type RedisClient = IoRedisLike | NodeRedisLike;

/** The little that the bus needs of Redis. */
export interface RedisConnection {
  eval(script: string, key: string, args: readonly string[]): Promise<unknown>;
  /** Asked again for the same channel it changes nothing. */
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  /** Lets go of the connection that was made for listening; the app's own stays. */
  close(): void;
}

/** What the bus hears from Redis. */
export interface RedisListener {
  message(channel: string, message: string): void;
  /** A connection is there, for the first time or again. */
  ready(): void;
  /** The connection that listens is there, for the first time or again. */
  listening(): void;
}

/** Uses the app's client for commands, and a duplicate of it for listening. */
export function redisConnection(client: RedisClient, listener: RedisListener): RedisConnection {
  return 'defineCommand' in client
    ? overIoRedis(client, listener)
    : overNodeRedis(client, listener);
}

// What a failed call says is enough: these tell of the same outage once more.
const ignore = (): void => undefined;

function overIoRedis(client: IoRedisLike, listener: RedisListener): RedisConnection {
  // Its own way to subscribe again rejects where nobody hears when that fails; `listening` is ours.
  // A Cluster takes nodes in this place, for which it is none; it needs no such option.
  const subscriber = client.duplicate({ autoResubscribe: false } as never);
  // Without a listener an outage would be written to the console.
  client.on('error', ignore);
  client.on('ready', listener.ready);
  subscriber.on('error', ignore);
  subscriber.on('ready', listener.ready);
  subscriber.on('ready', listener.listening);
  // The client puts it before keys, and with them before what a script publishes to; not before what is listened to.
  const { keyPrefix = '' } = client.options ?? {};
  subscriber.on('message', (channel = '', message = '') =>
    listener.message(channel.slice(keyPrefix.length), message),
  );
  return {
    eval: (script, key, args) => client.eval(script, 1, key, ...args),
    subscribe: (channel) => subscriber.subscribe(keyPrefix + channel),
    unsubscribe: (channel) => subscriber.unsubscribe(keyPrefix + channel),
    close() {
      client.off('error', ignore);
      client.off('ready', listener.ready);
      subscriber.disconnect();
    },
  };
}

function overNodeRedis(client: NodeRedisLike, listener: RedisListener): RedisConnection {
  const subscriber = client.duplicate();
  // Without a listener an outage would end the process.
  client.on('error', ignore);
  client.on('ready', listener.ready);
  subscriber.on('error', ignore);
  subscriber.on('ready', listener.ready);
  subscriber.on('ready', listener.listening);
  // One function for all: node-redis calls each listener of a channel, and the same one once.
  const hear = (message: string, channel: string): void => listener.message(channel, message);
  const connected = subscriber.connect().catch(ignore);
  const opened = client.isOpen ? Promise.resolve() : client.connect().catch(ignore);
  return {
    async eval(script, key, args) {
      await opened;
      return client.eval(script, { keys: [key], arguments: [...args] });
    },
    async subscribe(channel) {
      await connected;
      await subscriber.subscribe(channel, hear);
    },
    async unsubscribe(channel) {
      await connected;
      await subscriber.unsubscribe(channel);
    },
    close() {
      client.off('error', ignore);
      client.off('ready', listener.ready);
      subscriber.destroy();
    },
  };
}
