import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createRunId } from 'stopkit/core';
import { redisBus } from 'stopkit/redis';
import type { Bus } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, startApp } from '../runs/startApp.js';
import { claim, type HearingNode, joinBus, runOf } from './joinBus.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';

// What a node does while its Redis is away, and what it hears again when Redis is back.
const RETRY_MS = 20;
const LONGER_THAN_KEPT_MS = 121_000;
const LONGER_THAN_UNSEEN_MS = 11_000;
let redis: StartedRedis;
let ends: (() => unknown)[] = [];
beforeEach(async () => {
  if (hasRedisServer()) redis = await startRedis();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.reverse()) await end();
  ends = [];
  if (hasRedisServer()) await redis.stop();
});

function openIoRedis(options: { enableOfflineQueue?: boolean; maxRetriesPerRequest?: number }): {
  bus: Bus;
  client: Redis;
} {
  const client = new Redis(redis.url, { retryStrategy: () => RETRY_MS, ...options });
  client.on('error', () => undefined);
  ends.push(() => client.disconnect());
  return { bus: redisBus(client), client };
}

async function openNodeRedis(): Promise<Bus> {
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: RETRY_MS } });
  client.on('error', () => undefined);
  ends.push(() => client.destroy());
  await client.connect();
  return redisBus(client);
}

function join(bus: Bus): HearingNode {
  const node = joinBus(bus);
  ends.push(() => node.close());
  return node;
}

/** Another node asks this one to share a run of its, which only a message can bring. */
async function hears(one: HearingNode, other: HearingNode): Promise<void> {
  const run = runOf();
  await one.register(run, claim);
  await expect
    .poll(async () => {
      await other.askToShare(run.id);
      return one.shared;
    })
    .toContain(run.id);
}

/** Listens now; tells later how often one entry of the other's rings. */
function listen(one: HearingNode, other: HearingNode): () => Promise<number> {
  const log = createRunId();
  const keep = { length: 9, keepMs: 60_000 };
  let rings = 0;
  one.listen(log, () => (rings += 1));
  return async () => {
    await expect
      .poll(async () => {
        await other.append(log, 'early', keep);
        return rings;
      })
      .toBeGreaterThan(0);
    // Messages of one connection come in order: what rang before this one's run is shared has rung.
    await hears(one, other);
    const before = rings;
    await other.append(log, 'late', keep);
    await hears(one, other);
    return rings - before;
  };
}

describe.runIf(hasRedisServer())('a node whose Redis was away', () => {
  test('F9: hears what others ask of it, though its client queues nothing and was not connected yet (ioredis)', async () => {
    const one = join(openIoRedis({ enableOfflineQueue: false }).bus);
    const rings = listen(one, join(openIoRedis({}).bus));
    await hears(one, join(openIoRedis({}).bus));
    expect(await rings()).toBe(1);
  });

  test('F9: hears what others ask of it, though Redis came later than its client tries (ioredis)', async () => {
    await redis.kill();
    const { bus, client } = openIoRedis({ maxRetriesPerRequest: 1 });
    const one = join(bus);
    const other = join(openIoRedis({}).bus);
    const rings = listen(one, other);
    await expect(client.ping()).rejects.toThrow('maxRetriesPerRequest');
    await expect(client.ping()).rejects.toThrow('maxRetriesPerRequest');
    await redis.restart();
    await hears(one, other);
    expect(await rings()).toBe(1);
  });

  test('F9: hears each bell once, though its connection was lost while it subscribed (node-redis)', async () => {
    const one = join(await openNodeRedis());
    const other = join(await openNodeRedis());
    await hears(one, other);
    const admin = new Redis(redis.url, { retryStrategy: null });
    // A Redis that takes the question and dies before it answers.
    await admin.client('PAUSE', 60_000, 'ALL');
    const rings = listen(one, other);
    await redis.kill();
    await redis.restart();
    expect(await rings()).toBe(1);
  });

  test.each(['ioredis', 'node-redis'])(
    'F9: hears each bell once after several outages (%s)',
    async (client) => {
      const [one, other] = await Promise.all(
        [0, 1].map(async () =>
          join(client === 'ioredis' ? openIoRedis({}).bus : await openNodeRedis()),
        ),
      );
      if (one === undefined || other === undefined) throw new Error('There are no nodes.');
      const rings = listen(one, other);
      await hears(one, other);
      for (let at = 0; at < 2; at += 1) {
        await redis.kill();
        await redis.restart();
        await hears(one, other);
      }
      expect(await rings()).toBe(1);
    },
  );

  test('rule 5: what begins after a newer stop of everything lives, though an older one was never told', async () => {
    const one = join(openIoRedis({}).bus);
    const other = join(openIoRedis({}).bus);
    await hears(one, other);
    await redis.kill();
    await one.stopAll('ada');
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + LONGER_THAN_KEPT_MS);
    await redis.restart();
    await expect.poll(() => other.epoch('ada')).toBeNull();
    await other.stopAll('ada');
    const newer = await other.epoch('ada');
    expect(newer).toMatch(/^\d/);
    await expect.poll(() => one.epoch('ada')).toBe(newer);
    const run = runOf();
    expect(await one.register(run, { ...claim, epoch: await one.epoch('ada') })).toEqual({
      state: 'registered',
      stop: null,
    });
  });
});

describe.runIf(hasRedisServer())('a stop while Redis is away', () => {
  let app: App;
  beforeEach(async () => {
    ends.push(() => redis.restart());
    app = await startApp({ bus: openIoRedis({}).bus, onDisconnect: 'continue' });
    ends.push(() => app.close());
    await (await app.send({ conversationId: 'talk' })).body?.getReader().read();
    await redis.kill();
  });

  test('F9: of a conversation ends what this very node runs in it', async () => {
    const response = await app.post('/conversations/talk/stop');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ conversationId: 'talk', outcome: 'stopped' });
    expect(app.settled).toMatchObject([{ outcome: 'stopped', by: 'user' }]);
    expect(app.model.open).toBe(0);
  });

  test('rule 5: that comes before its run ends it on this very node', async () => {
    const runId = createRunId();
    expect(await app.stop(runId)).toMatchObject({ outcome: 'remembered' });
    await app.send({ runId });
    await expect
      .poll(() => app.settled)
      .toMatchObject([{ id: runId, outcome: 'stopped', by: 'user' }]);
    expect(app.model.calls).toBe(1);
  });

  test('by the app itself, of what runs elsewhere, says that nobody can be asked', async () => {
    const other = await startApp({ bus: openIoRedis({}).bus });
    ends.push(() => other.close());
    const [run] = await app.runs.active('ada');
    expect(await other.runs.stop({ runId: run?.id ?? '' })).toEqual({
      conversationId: null,
      runId: run?.id,
      abortedTurn: false,
      outcome: 'refused',
      message: 'The other servers cannot be reached. Stop it once more.',
    });
    expect(app.model.open).toBe(1);
  });

  test("rules 3 and 10: of what runs elsewhere, or is somebody else's, says that nobody can be asked, and not that it is over", async () => {
    for (const [conversationId, user] of [
      ['elsewhere', 'ada'],
      ['talk', 'eve'],
      ['nowhere', 'eve'],
    ] as const) {
      const response = await app.post(
        `/conversations/${conversationId}/stop`,
        {},
        { 'x-user': user },
      );
      expect([response.status, await response.json()]).toEqual([
        200,
        {
          conversationId,
          runId: null,
          abortedTurn: false,
          outcome: 'refused',
          message: 'The other servers cannot be reached. Stop it once more.',
        },
      ]);
    }
    expect(app.model.open).toBe(1);
  });
});

test.runIf(hasRedisServer())(
  'F9: a stop of a conversation ends what runs in it on every node',
  async () => {
    const apps: App[] = [];
    for (const { bus } of [openIoRedis({}), openIoRedis({})]) {
      const app = await startApp({ bus, whenBusy: 'allow', onDisconnect: 'continue' });
      ends.push(() => app.close());
      await (await app.send({ conversationId: 'talk' })).body?.getReader().read();
      apps.push(app);
    }
    const response = await apps[0]?.post('/conversations/talk/stop');
    expect(await response?.json()).toMatchObject({ abortedTurn: true, outcome: 'stopped' });
    const outcomes = (): string[] =>
      apps.flatMap(({ settled }) => settled.map((run) => run.outcome));
    await expect.poll(outcomes).toEqual(['stopped', 'stopped']);
  },
);

describe.runIf(hasRedisServer())('what pages are told while Redis is away', () => {
  async function startApps(): Promise<[App, App]> {
    const apps: [App, App] = [
      await startApp({ bus: openIoRedis({}).bus, onDisconnect: 'continue' }),
      await startApp({ bus: openIoRedis({}).bus, onDisconnect: 'continue' }),
    ];
    ends.push(...apps.map((app) => () => app.close()));
    return apps;
  }

  test('F9: nobody hears that nothing runs, and an answer is read on where it is written', async () => {
    const [one, other] = await startApps();
    const runId = createRunId();
    await one.send({ runId, conversationId: 'talk' });
    await redis.kill();
    const listed = async (app: App) => (await app.get('/conversations/active')).status;
    await expect.poll(() => listed(one)).toBe(503);
    await expect.poll(() => listed(other)).toBe(503);
    expect(await one.runs.active('ada')).toMatchObject([{ id: runId }]);
    const here = await one.get('/conversations/talk/run');
    expect(here.status).toBe(200);
    // Whose conversation it is only the node knows that writes the answer: the others do not say that there is none.
    expect((await other.get('/conversations/talk/run')).status).toBe(503);
    expect((await other.get('/conversations/talk/events')).status).toBe(503);
    await redis.restart();
    await expect.poll(() => listed(other)).toBe(200);
    await expect.poll(async () => (await other.get('/conversations/talk/run')).status).toBe(200);
    await one.stop(runId);
    expect(await here.text()).toContain('"outcome":"stopped"');
  });

  test('F9: the events of a conversation say how it stands as soon as somebody knows', async () => {
    const [one] = await startApps();
    await one.send({ conversationId: 'talk' });
    await redis.kill();
    await expect.poll(async () => (await one.get('/conversations/active')).status).toBe(503);
    const events = await one.get('/conversations/talk/events');
    await redis.restart();
    const { value } = (await events.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('"status":"active"');
  });

  test('F9: the events of a conversation say that it is idle, though its answer ended while nobody knew', async () => {
    const [one] = await startApps();
    const runId = createRunId();
    await one.send({ runId, conversationId: 'talk' });
    const events = await one.get('/conversations/talk/events');
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('"status":"active"');
    await redis.kill();
    await expect.poll(async () => (await one.get('/conversations/active')).status).toBe(503);
    await one.stop(runId);
    await redis.restart();
    await expect.poll(async () => (await one.get('/conversations/active')).status).toBe(200);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + LONGER_THAN_UNSEEN_MS);
    let said = '';
    while (!said.includes('"status"')) said += (await reader?.read())?.value ?? '"status"';
    expect(said).toContain('"status":"idle"');
    expect(said).not.toContain('"status":"active"');
    await reader?.cancel();
  });
});
