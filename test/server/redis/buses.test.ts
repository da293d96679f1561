import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { createRunId } from 'stopkit/core';
import { redisBus } from 'stopkit/redis';
import { type Bus, memoryBus } from 'stopkit/server';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Tombstone } from '../../../src/server/runs/Bus.js';
import { claim, type HearingNode, joinBus, runOf, stopOf } from './joinBus.js';
import { startCluster } from './startCluster.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';
import { LONG } from '../../tier.js';

const hasRedis = hasRedisServer() || process.env['REDIS_URL'] !== undefined;
if (!hasRedis) {
  if (LONG) throw new Error('stopkit: no Redis to test with.');
  console.warn('No REDIS_URL and no redis-server: the bus is tested in memory only.');
}

let redis: StartedRedis | null = null;
let cluster: { ports: number[]; stop(): Promise<void> } | null = null;
let url = process.env['REDIS_URL'] ?? '';
beforeAll(async () => {
  if (LONG) cluster = await startCluster();
  if (!hasRedis || url !== '') return;
  redis = await startRedis();
  url = redis.url;
});
afterAll(async () => {
  await redis?.stop();
  await cluster?.stop();
});

type MakeBuses = () => Promise<{ one: Bus; other: Bus; end(): Promise<void> }>;

const kinds: Record<string, MakeBuses> = {
  'the memory of one process': () => {
    const bus = memoryBus();
    return Promise.resolve({ one: bus, other: bus, end: () => Promise.resolve() });
  },
};
/** Two buses over two clients, as two nodes have them. */
function join<Client extends Parameters<typeof redisBus>[0]>(
  clients: readonly [Client, Client],
  leave: (client: Client) => void,
): Awaited<ReturnType<MakeBuses>> {
  return {
    one: redisBus(clients[0]),
    other: redisBus(clients[1]),
    end() {
      clients.forEach(leave);
      return Promise.resolve();
    },
  };
}

if (hasRedis) {
  kinds['Redis through ioredis'] = () =>
    Promise.resolve(join([new Redis(url), new Redis(url)], (client) => client.disconnect()));
  kinds['Redis through ioredis with a key prefix'] = () => {
    const clients = [0, 1].map(() => new Redis(url, { keyPrefix: 'app:' })) as [Redis, Redis];
    return Promise.resolve(join(clients, (client) => client.disconnect()));
  };
  kinds['Redis through node-redis'] = async () => {
    const clients = [createClient({ url }), createClient({ url })] as const;
    for (const client of clients) await client.connect();
    return join(clients, (client) => client.destroy());
  };
}

if (LONG) {
  kinds['a Redis Cluster through ioredis'] = () => {
    const hosts = (cluster?.ports ?? []).map((port) => ({ host: '127.0.0.1', port }));
    const clients = [new Cluster(hosts), new Cluster(hosts)] as const;
    return Promise.resolve(join(clients, (client) => client.disconnect()));
  };
  kinds['a Redis Cluster through node-redis'] = async () => {
    const rootNodes = (cluster?.ports ?? []).map((port) => ({ url: `redis://127.0.0.1:${port}` }));
    const clients = [createCluster({ rootNodes }), createCluster({ rootNodes })] as const;
    for (const client of clients) await client.connect();
    return join(clients, (client) => client.destroy());
  };
}

const tombstone: Tombstone = {
  outcome: 'stopped',
  reason: 'user',
  by: 'user',
  text: null,
  usage: null,
  receipt: { upstreamClosedMs: 1, savedMs: 2, chunksAfterStop: 0 },
  saved: true,
};

describe.each(Object.entries(kinds))('%s', (_name, make) => {
  let ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
  });

  async function nodes(): Promise<[HearingNode, HearingNode]> {
    const buses = await make();
    ends.push(buses.end);
    const [one, other] = [joinBus(buses.one), joinBus(buses.other)];
    ends.push(
      () => one.close(),
      () => other.close(),
    );
    return [one, other];
  }
  const user = (): string => `user-${createRunId()}`;

  test('F9: a stop on one node reaches the run on the other', async () => {
    const [one, other] = await nodes();
    const info = runOf();
    expect(await one.register(info, claim)).toEqual({ state: 'registered', stop: null });
    expect(await other.stop(stopOf(info))).toBe('sent');
    await expect.poll(() => one.heard).toEqual([stopOf(info)]);
    expect(other.heard).toEqual([]);
  });

  test('F2: a stop that comes first waits for its run, on whichever node it appears', async () => {
    const [one, other] = await nodes();
    const info = runOf();
    expect(await one.stop(stopOf(info))).toBe('remembered');
    expect(await other.register(info, claim)).toEqual({ state: 'registered', stop: stopOf(info) });
  });

  test('rule 10: a stop in advance by somebody else does nothing', async () => {
    const [one, other] = await nodes();
    const info = runOf();
    const theirs = { ...stopOf(info), userId: 'eve' };
    expect(await one.stop(theirs)).toBe('remembered');
    expect(await other.register(info, claim)).toEqual({ state: 'registered', stop: null });
    expect(await one.stop(theirs)).toBe('remembered');
    expect(await one.stop({ ...stopOf(info), conversationId: 'another' })).toBe('remembered');
    expect(other.heard).toEqual([]);
  });

  test('a run is found while it runs and after it was settled, on every node', async () => {
    const [one, other] = await nodes();
    const info = runOf();
    expect(await other.find(info.id)).toBeNull();
    await one.register(info, claim);
    expect(await other.find(info.id)).toEqual({ state: 'active', run: info });
    let rings = 0;
    const silence = other.listen(`run:${info.id}`, () => (rings += 1));
    await one.settling(info);
    expect(await other.find(info.id)).toEqual({ state: 'active', run: info, settling: true });
    await one.settle(info, tombstone);
    expect(await other.find(info.id)).toEqual({ state: 'settled', run: info, tombstone });
    silence();
    expect(rings).toBeLessThanOrEqual(1);
    expect(await other.register(info, claim)).toEqual({ state: 'in-use' });
  });

  test('a run that was withdrawn leaves nothing behind: its id and its conversation are free', async () => {
    const [one, other] = await nodes();
    const info = runOf({ userId: user(), conversationId: createRunId() });
    await one.register(info, claim);
    await one.withdraw?.(info);
    expect(await other.find(info.id)).toBeNull();
    expect(await other.active({ userId: info.userId })).toEqual([]);
    expect(await other.register(info, claim)).toEqual({ state: 'registered', stop: null });
    await one.withdraw?.(info);
    await expect.poll(() => other.find(info.id)).toEqual({ state: 'active', run: info });
  });

  test('F12: a second run in a conversation finds it busy, and waits for one that settles', async () => {
    const [one, other] = await nodes();
    const conversationId = createRunId();
    const first = runOf({ conversationId });
    const second = runOf({ conversationId });
    await one.register(first, claim);
    expect(await other.register(second, claim)).toEqual({
      state: 'busy',
      active: [first],
      settling: [],
    });
    await one.settling(first);
    expect(await other.register(second, claim)).toEqual({
      state: 'busy',
      active: [],
      settling: [first],
    });
    expect(await other.register(second, { ...claim, besides: [first.id] })).toMatchObject({
      state: 'registered',
    });
    const third = runOf({ conversationId });
    expect(await one.register(third, { ...claim, exclusive: false })).toMatchObject({
      state: 'registered',
    });
  });

  test('rule 5: a stop-all is heard though the clocks of two nodes differ', async () => {
    const [fast, slow] = await nodes();
    const userId = user();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    await fast.stopAll(userId);
    const epoch = await fast.epoch(userId);
    clock.mockRestore();
    await slow.stopAll(userId);
    const onItsWay = runOf({ userId });
    expect(await slow.register(onItsWay, { ...claim, epoch })).toMatchObject({
      stop: { runId: onItsWay.id, by: 'user' },
    });
  });

  test('F13: stop-all tells what runs, and a run that was on its way at that time is stopped', async () => {
    const [one, other] = await nodes();
    const userId = user();
    const before = await one.epoch(userId);
    const running = runOf({ userId });
    const stranger = runOf({ userId: user() });
    await one.register(running, claim);
    await one.register(stranger, claim);
    expect(await other.stopAll(userId)).toEqual([running]);
    const onItsWay = runOf({ userId });
    expect(await one.register(onItsWay, { ...claim, epoch: before })).toMatchObject({
      stop: { runId: onItsWay.id, by: 'user' },
    });
    const next = runOf({ userId });
    expect(await one.register(next, { ...claim, epoch: await one.epoch(userId) })).toEqual({
      state: 'registered',
      stop: null,
    });
  });

  test('the active list knows user and conversation, and drops what settles', async () => {
    const [one, other] = await nodes();
    const userId = user();
    const conversationId = createRunId();
    const first = runOf({ userId, conversationId });
    const second = runOf({ userId, startedAt: first.startedAt + 1 });
    await one.register(first, claim);
    await other.register(second, claim);
    expect(await other.active({ userId })).toEqual([first, second]);
    expect(await other.active({ conversationId })).toEqual([first]);
    expect(await other.active({ userId: 'eve', conversationId })).toEqual([]);
    expect(await one.active({})).toEqual(expect.arrayContaining([first, second]));
    expect(await other.lastRun({ conversationId, userId })).toEqual({ runId: first.id });
    expect(await other.lastRun({ conversationId })).toEqual({ runId: first.id });
    expect(await other.lastRun({ conversationId, userId: 'eve' })).toBeNull();
    await one.settling(first);
    await other.settle(second, tombstone);
    expect(await one.active({ userId })).toEqual([]);
  });

  test('a conversation is busy for its user alone', async () => {
    const [one, other] = await nodes();
    const conversationId = createRunId();
    const first = runOf({ userId: user(), conversationId });
    await one.register(first, claim);
    const same = await other.register(runOf({ userId: first.userId, conversationId }), claim);
    expect(same).toEqual({ state: 'busy', active: [first], settling: [] });
    const guessed = await other.register(runOf({ userId: user(), conversationId }), claim);
    expect(guessed).toEqual({ state: 'registered', stop: null });
  });

  test('a log is read from the start or from an entry on, and rings', async () => {
    const [one, other] = await nodes();
    const log = createRunId();
    let rings = 0;
    const silence = other.listen(log, () => (rings += 1));
    const keep = { length: 3, keepMs: 60_000 };
    await expect
      .poll(async () => {
        await one.append(log, 'early', keep);
        return rings;
      })
      .toBeGreaterThan(0);
    silence();
    for (const value of ['a', 'b', 'c']) await one.append(log, value, keep);
    const all = await other.read(log, null);
    expect(all.map(({ value }) => value)).toEqual(['a', 'b', 'c']);
    const rest = await other.read(log, all[0]?.id ?? null);
    expect(rest.map(({ value }) => value)).toEqual(['b', 'c']);
    expect(await other.read(createRunId(), null)).toEqual([]);
  });

  test('a log that lost what it goes on from is not written to, and says so', async () => {
    const [one, other] = await nodes();
    const log = createRunId();
    const keep = { length: Infinity, keepMs: 60_000 };
    expect(await one.append(log, 'two', { ...keep, entries: 1 })).toBe(false);
    expect(await other.read(log, null)).toEqual([]);
    expect(await one.touch?.(log, { keepMs: 60_000, entries: 1 })).toBe(false);
    expect(await one.append(log, 'one', keep)).toBe(true);
    expect(await one.append(log, 'two', { ...keep, entries: 1 })).toBe(true);
    expect(await one.append(log, 'three', { ...keep, entries: 1 })).toBe(false);
    expect(await one.touch?.(log, { keepMs: 60_000, entries: 2 })).toBe(true);
    const before = await other.read(log, null);
    expect(before.map(({ value }) => value)).toEqual(['one', 'two']);
    // What says everything again takes its place, also for who has read on.
    expect(await one.append(log, 'all', { ...keep, length: 1 })).toBe(true);
    expect(await other.read(log, null)).toMatchObject([{ value: 'all' }]);
    expect(await other.read(log, before[1]?.id ?? null)).toMatchObject([{ value: 'all' }]);
  });

  test('a log that nothing is written to is kept for as long as somebody asks', async () => {
    const [one] = await nodes();
    const [log, forgotten] = [createRunId(), createRunId()];
    const keep = { length: Infinity, keepMs: 1_500 };
    for (const name of [log, forgotten]) await one.append(name, 'said', keep);
    await expect
      .poll(
        async () => {
          expect(await one.touch?.(log, { keepMs: 1_500, entries: 1 })).toBe(true);
          return one.read(forgotten, null);
        },
        { interval: 20 },
      )
      .toEqual([]);
    expect(await one.read(log, null)).toMatchObject([{ value: 'said' }]);
  });

  test('a claim is given once', async () => {
    const [one, other] = await nodes();
    const name = createRunId();
    expect([await one.claim(name), await other.claim(name)]).toEqual([true, false]);
  });

  test('a node is asked to share what a run of its says', async () => {
    const [one, other] = await nodes();
    const info = runOf();
    await one.register(info, claim);
    await expect
      .poll(async () => {
        await other.askToShare(info.id);
        return one.shared;
      })
      .toContain(info.id);
  });
});

test.runIf(hasRedis)(
  'apps with names of their own share one database and nothing else',
  async () => {
    const clients = [new Redis(url), new Redis(url)] as const;
    const [one, other] = [
      joinBus(redisBus(clients[0], { name: 'shop' })),
      joinBus(redisBus(clients[1], { name: 'help' })),
    ];
    const run = runOf({ conversationId: createRunId() });
    await one.register(run, claim);
    expect(await other.active({})).toEqual([]);
    expect(await other.stopAll(run.userId)).toEqual([]);
    expect(await other.stop(stopOf(run))).toBe('remembered');
    expect(await one.active({})).toEqual([run]);
    expect(one.heard).toEqual([]);
    for (const node of [one, other]) await node.close();
    for (const client of clients) client.disconnect();
    expect(() => redisBus(clients[0], { name: '{shop}' })).toThrow(
      /^stopkit: redisBus\(\).+"my-app"/,
    );
  },
);

test.runIf(hasRedis)(
  'a word of somebody else on the channel of the stops, or among them, is told to the log and harms no stop',
  async () => {
    const clients = [new Redis(url), new Redis(url), new Redis(url)] as const;
    const warned: string[] = [];
    const heard: string[] = [];
    const [run, flagged] = [runOf(), runOf()];
    const one = redisBus(clients[0], { name: 'words' }).join({
      stop: ({ runId }) => heard.push(runId),
      share: () => undefined,
      lost: () => undefined,
      warn: (message) => warned.push(message),
    });
    const other = joinBus(redisBus(clients[1], { name: 'words' }));
    await one.register(run, claim);
    await one.register(flagged, claim);
    const words = ['no JSON', 'null', '{}', '3', ''];
    for (const word of words) await clients[2].publish('{words}:all', word);
    const nodes = await clients[2].keys('{words}:node:*');
    for (const node of nodes) {
      const flags = node.replace('{words}:node:', '{words}:stops:');
      await clients[2].hset(flags, { first: words[0], last: JSON.stringify(stopOf(flagged)) });
    }
    await other.stop(stopOf(run));
    await expect.poll(() => heard).toEqual(expect.arrayContaining([run.id, flagged.id]));
    expect(warned).toEqual(['stopkit: something in Redis was said to be a stop, and is none']);
    await one.close();
    await other.close();
    for (const client of clients) client.disconnect();
  },
);

test.runIf(hasRedis)(
  'a conversation is known for an hour from the end of its answer, and its newest run stays the last',
  async () => {
    const clients = [new Redis(url), new Redis(url)] as const;
    const one = joinBus(redisBus(clients[0], { name: 'hour' }));
    const where = { conversationId: createRunId(), userId: 'ada' };
    const last = async () => [
      await one.lastRun(where),
      await one.lastRun({ conversationId: where.conversationId }),
    ];
    const [long, longer, newer] = [runOf(where), runOf(where), runOf(where)];
    await one.register(long, claim);
    const keys = await clients[1].keys('{hour}:last:*');
    expect(keys).toHaveLength(2);
    // It takes longer than that.
    await clients[1].del(keys);
    await one.settle(long, tombstone);
    expect(await last()).toEqual([{ runId: long.id }, { runId: long.id }]);
    for (const key of keys) await clients[1].expire(key, 60);
    await one.settle(long, tombstone);
    for (const key of keys) expect(await clients[1].ttl(key)).toBeGreaterThan(3_000);
    await one.register(longer, claim);
    await one.register(newer, { ...claim, exclusive: false });
    await one.settle(longer, tombstone);
    expect(await last()).toEqual([{ runId: newer.id }, { runId: newer.id }]);
    await one.close();
    for (const client of clients) client.disconnect();
  },
);
