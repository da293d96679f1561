import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisBus } from 'stopkit/redis';
import type { Bus, BusLink } from 'stopkit/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runOf, stopOf } from './joinBus.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';

// What Redis answers with an error, which each client library has its own kind of.
const REFUSED = 'stopkit: Redis refused a command';
const AWAY = 'stopkit: Redis cannot be reached; stops wait until it is back';
const BACK = 'stopkit: Redis can be reached again';
const LOG = { length: 9, keepMs: 60_000 };
let redis: StartedRedis;
let admin: Redis;
beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

type Open = () => Promise<{ bus: Bus; end(): void }>;
const clients: Record<string, Open> = {
  ioredis() {
    const client = new Redis(redis.url);
    return Promise.resolve({ bus: redisBus(client), end: () => client.disconnect() });
  },
  async 'node-redis'() {
    const client = createClient({ url: redis.url });
    await client.connect();
    return { bus: redisBus(client), end: () => client.destroy() };
  },
};

describe.runIf(hasRedisServer()).each(Object.entries(clients))('through %s', (name, open) => {
  let link: BusLink;
  let warned: string[];
  let end: () => void;
  beforeEach(async () => {
    const opened = await open();
    end = opened.end;
    warned = [];
    link = opened.bus.join({
      stop: () => undefined,
      share: () => undefined,
      lost: () => undefined,
      warn: (message) => warned.push(message),
    });
  });
  afterEach(async () => {
    await link.close();
    end();
  });

  test('a page that names an event which no log can have is told all of them', async () => {
    const log = `events-${name}`;
    for (const value of ['a', 'b']) await link.append(log, value, LOG);
    const from = async (id: string) => (await link.read(log, id)).map(({ value }) => value);
    expect(await from('99999999999999999999999-0')).toEqual(['a', 'b']);
    expect(await from('0-99999999999999999999999')).toEqual(['a', 'b']);
    expect(await from('9999999999999999999-9999999999999999999')).toEqual([]);
    expect(warned).toEqual([]);
  });

  test('F9: one question that Redis refuses is told once and cuts nobody off', async () => {
    await admin.set('{stopkit}:log:taken', 'by something else');
    for (let at = 0; at < 2; at += 1) {
      expect(await link.read('taken', null)).toEqual([]);
      expect(await link.active({})).toEqual([]);
    }
    expect(warned).toEqual([REFUSED]);
  });

  test('F9: a Redis that takes nothing at all is away, and a stop waits until it does', async () => {
    const run = runOf();
    // A replica of nothing: it answers every write with READONLY.
    await admin.replicaof('127.0.0.1', 1);
    await expect.poll(() => link.active({})).toBe('unknown');
    expect(await link.stop(stopOf(run))).toBe('remembered');
    await admin.replicaof('NO', 'ONE');
    await expect
      .poll(() => admin.get(`{stopkit}:want:${run.id}:ada`))
      .toBe(JSON.stringify(stopOf(run)));
    expect(warned).toEqual([AWAY, BACK]);
  });
});
