import { type RedisClient, redisConnection } from './redisConnection.js';
import { isRefusal } from './redisReplies.js';

/** Calls to Redis that never take long, and doorbells from it. */
export interface RedisCalls {
  /** Runs a script; rejects when Redis does not answer in time, and at once while it is known to be down, unless asked patiently. */
  call(script: string, args: readonly string[], when?: 'patiently'): Promise<unknown>;
  /** Redis has answered again. */
  isBack(): void;
  listen(channel: string, ring: () => void): () => void;
  close(): void;
}

export interface RedisCallsOptions {
  /** What all keys and channels begin with. */
  name: string;
  channels: readonly string[];
  message(channel: string, message: string): void;
  ready(): void;
  warn(text: string, error: unknown): void;
}

const ANSWER_MS = 1_000;
/** For what nobody waits for. */
const PATIENT_MS = 3_000;

export function createRedisCalls(client: RedisClient, options: RedisCallsOptions): RedisCalls {
  // The hash tag keeps everything in one slot of a Cluster.
  const base = `{${options.name}}`;
  const bells = new Map<string, Set<() => void>>();
  /** Scripts that Redis has refused to run, each told once. */
  const refused = new Set<string>();
  let isDown = false;
  /** A subscription failed, and the client does not make it again by itself. */
  let isDeaf = false;

  const fails = (script: string, error: unknown): void => {
    if (isRefusal(error)) {
      if (!refused.has(script)) options.warn('stopkit: Redis refused a command', error);
      refused.add(script);
      return;
    }
    if (!isDown)
      options.warn('stopkit: Redis cannot be reached; stops wait until it is back', error);
    isDown = true;
  };
  const connection = redisConnection(client, {
    message(channel, message) {
      const name = channel.slice(base.length + 1);
      if (options.channels.includes(name)) options.message(name, message);
      else for (const ring of [...(bells.get(name) ?? [])]) ring();
    },
    ready: () => options.ready(),
    listening: () => subscribeAll(),
  });
  const ignore = (): void => undefined;

  function subscribe(channel: string): void {
    connection.subscribe(`${base}:${channel}`).catch(() => {
      isDeaf = true;
    });
  }
  function subscribeAll(): void {
    isDeaf = false;
    for (const channel of [...options.channels, ...bells.keys()]) subscribe(channel);
  }
  subscribeAll();

  return {
    call(script, args, when) {
      if (isDown && when === undefined) return Promise.reject(new Error('stopkit: Redis is down.'));
      const ms = when === undefined ? ANSWER_MS : PATIENT_MS;
      return new Promise((resolve, reject) => {
        let isOver = false;
        const fail = (error: unknown): void => {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          fails(script, error);
          reject(error instanceof Error ? error : new Error(String(error)));
        };
        const late = (): void => fail(new Error(`stopkit: Redis did not answer within ${ms} ms.`));
        // A busy process may have the answer in its socket already: that is read before this is said.
        const timer = setTimeout(() => setImmediate(late), ms);
        // In plain JavaScript something may be no text, which a client would refuse as if it were an outage.
        connection.eval(script, base, args.map(String)).then((reply) => {
          isOver = true;
          clearTimeout(timer);
          resolve(reply);
        }, fail);
      });
    },
    isBack() {
      if (isDown) options.warn('stopkit: Redis can be reached again', null);
      isDown = false;
      if (isDeaf) subscribeAll();
    },
    listen(channel, ring) {
      const rings = bells.get(channel) ?? new Set();
      if (rings.size === 0) {
        bells.set(channel, rings);
        subscribe(channel);
      }
      rings.add(ring);
      return () => {
        rings.delete(ring);
        if (rings.size > 0 || bells.get(channel) !== rings) return;
        bells.delete(channel);
        void connection.unsubscribe(`${base}:${channel}`).catch(ignore);
      };
    },
    close: () => connection.close(),
  };
}
