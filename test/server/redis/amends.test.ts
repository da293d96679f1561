import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisBus } from 'stopkit/redis';
import { type Bus, createRuns, type RunInfo } from 'stopkit/server';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StopIntent, Tombstone } from '../../../src/server/runs/Bus.js';
import { REGISTER, SWEEP } from '../../../src/server/redis/scripts.js';
import { claim, runOf, stopOf } from './joinBus.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';
import { LONG } from '../../tier.js';

// What Redis and a node know of each other can differ after an outage: here it is made to differ.
const BASE = '{stopkit}';
const LATE_MS = 1_500;
const LONGER_THAN_UNSEEN_MS = 16_000;
const complete: Tombstone = {
  outcome: 'complete',
  reason: null,
  by: null,
  text: 'Hello',
  usage: null,
  receipt: null,
  saved: true,
};
const asIs = (): void => undefined;
let redis: StartedRedis;
let admin: Redis;
beforeAll(async () => {
  if (!hasRedisServer()) return;
  redis = await startRedis();
  admin = new Redis(redis.url);
  admin.on('error', () => undefined);
});
afterAll(async () => {
  if (!hasRedisServer()) return;
  admin.disconnect();
  await redis.stop();
});

interface Asked {
  eval(script: string, ...rest: unknown[]): Promise<unknown>;
}
/** The first answer to a registration comes when nobody waits for it any more. */
function answerLate(client: Asked): void {
  const ask = client.eval.bind(client);
  client.eval = async (script, ...rest) => {
    const reply = await ask(script, ...rest);
    if (script !== REGISTER) return reply;
    client.eval = ask;
    return new Promise((resolve) => setTimeout(resolve, LATE_MS, reply));
  };
}

const clients = {
  ioredis: (change: (client: Asked) => void) => {
    const client = new Redis(redis.url);
    client.on('error', () => undefined);
    change(client);
    return Promise.resolve({ bus: redisBus(client), end: () => client.disconnect() });
  },
  'node-redis': async (change: (client: Asked) => void) => {
    const client = createClient({ url: redis.url });
    change(client);
    await client.connect();
    return { bus: redisBus(client), end: () => client.destroy() };
  },
};
const nodeOf = async (run: RunInfo): Promise<string> =>
  (await admin.hget(`${BASE}:run:${run.id}`, 'node')) ?? '';

// The quick tier takes one client through them.
const kinds = Object.entries(clients).slice(0, LONG ? 2 : 1);

describe.each(hasRedisServer() ? kinds : [])('through %s', (_, make) => {
  let ends: (() => unknown)[] = [];
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const end of ends.reverse()) await end();
    ends = [];
  });
  async function open(change: (client: Asked) => void = asIs): Promise<Bus> {
    const { bus, end } = await make(change);
    ends.push(end);
    return bus;
  }
  async function join(change?: (client: Asked) => void) {
    const bus = await open(change);
    const heard: StopIntent[] = [];
    const link = bus.join({
      stop: (intent) => heard.push(intent),
      share: () => undefined,
      lost: () => undefined,
      warn: () => undefined,
    });
    ends.push(() => link.close());
    return { ...link, heard };
  }

  test('F9: a stop is heard that Redis told of in an answer that came too late', async () => {
    const [one, other] = [await join(answerLate), await join()];
    const run = runOf();
    expect(await other.stop(stopOf(run))).toBe('remembered');
    expect(await one.register(run, claim)).toEqual({ state: 'registered', stop: null });
    await expect.poll(() => one.heard).toContainEqual(stopOf(run));
  });

  test('F9: a stop of a node that seemed to be gone is heard when it is back', async () => {
    const one = await join();
    const run = runOf();
    await one.register(run, claim);
    const me = await nodeOf(run);
    await admin
      .multi()
      .hset(`${BASE}:stops:${me}`, run.id, JSON.stringify(stopOf(run)))
      .del(`${BASE}:node:${me}`)
      .eval(SWEEP, 1, BASE, 'another')
      .exec();
    await expect.poll(() => one.heard).toContainEqual(stopOf(run));
  });

  test('F9: a stop that comes while a node seems to be gone is heard when it is back', async () => {
    const one = await join();
    const runs = createRuns({ bus: await open(), authorize: () => null });
    ends.push(() => runs.close());
    const run = runOf();
    await one.register(run, claim);
    const me = await nodeOf(run);
    await admin
      .multi([
        ['client', 'KILL', 'TYPE', 'pubsub'],
        ['del', `${BASE}:node:${me}`],
        ['eval', SWEEP, '1', BASE, 'another'],
      ])
      .exec();
    const { runId, seenChars = 0 } = stopOf(run);
    expect(await runs.stop({ runId, userId: run.userId, seenChars })).toMatchObject({
      outcome: 'idle',
    });
    await expect.poll(() => one.heard[0]).toMatchObject(stopOf(run));
  });

  test('rule 5: what began after a stop of everything lives, though neither could be told to Redis', async () => {
    const [one, other] = [await join(), await join()];
    const [before, own, theirs] = [runOf(), runOf(), runOf()];
    const begin = async (node: typeof one, run: RunInfo) =>
      node.register(run, { ...claim, epoch: await node.epoch(run.userId) });
    await begin(other, before);
    await redis.kill();
    await begin(other, { ...theirs, startedAt: Date.now() - 60_000 });
    await one.stopAll('ada');
    const later = { ...runOf(), startedAt: Date.now() + 1 };
    await begin(one, { ...own, startedAt: Date.now() + 1 });
    await begin(other, later);
    await redis.restart({ empty: true });
    await expect
      .poll(() => other.heard.map(({ runId }) => runId).sort())
      .toEqual([before.id, theirs.id].sort());
    await expect.poll(async () => (await one.active({})).length).toBe(4);
    expect(one.heard).toEqual([]);
    expect(other.heard.map(({ runId }) => runId)).not.toContain(later.id);
  });

  test('rule 5: an older stop of everything that is told late spares what began after a newer one', async () => {
    const one = await join();
    await redis.kill();
    await one.stopAll('ada');
    await redis.restart({ empty: true });
    await expect.poll(() => one.epoch('ada')).toMatch(/^\d/);
    const older = (await one.epoch('ada')) ?? '';
    await one.stopAll('ada');
    const run = runOf();
    await one.register(run, { ...claim, epoch: await one.epoch('ada') });
    await admin.set(`${BASE}:epoch:ada`, older);
    const me = await nodeOf(run);
    await admin.srem(`${BASE}:runs:${me}`, run.id);
    await admin.del(`${BASE}:run:${run.id}`);
    // It is told of again, and compared with the older one.
    await expect.poll(() => nodeOf(run)).toBe(me);
    expect(one.heard).toEqual([]);
  });

  test('E4: a run that is over, though Redis has forgotten that, leaves the list', async () => {
    const one = await join();
    const run = runOf();
    await one.register(run, claim);
    const me = await nodeOf(run);
    const before = await admin.hgetall(`${BASE}:run:${run.id}`);
    await one.settle(run, complete);
    expect(await one.active({})).toEqual([]);
    await admin
      .multi()
      .hset(`${BASE}:run:${run.id}`, before)
      .sadd(`${BASE}:runs:${me}`, run.id)
      .exec();
    await expect.poll(() => one.active({})).toEqual([]);
    expect(await one.find(run.id)).toMatchObject({ state: 'lost' });
  });

  test('E4: a run that is over leaves the list and one that Redis has forgotten is on it again, though it counts as many', async () => {
    const one = await join();
    const [over, runs] = [runOf(), runOf()];
    await one.register(over, claim);
    const me = await nodeOf(over);
    const before = await admin.hgetall(`${BASE}:run:${over.id}`);
    await one.settle(over, complete);
    await one.register(runs, claim);
    await admin
      .multi()
      .del(`${BASE}:run:${runs.id}`)
      .srem(`${BASE}:runs:${me}`, runs.id)
      .hset(`${BASE}:run:${over.id}`, before)
      .sadd(`${BASE}:runs:${me}`, over.id)
      .exec();
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + LONGER_THAN_UNSEEN_MS);
    await expect.poll(() => one.active({})).toEqual([runs]);
    expect(await one.find(over.id)).toMatchObject({ state: 'lost' });
  });
});
