import { Redis } from 'ioredis';
import { createRunId } from 'stopkit/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedNode, startNode } from '../startNode.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';
import { LONG } from '../../tier.js';

const RUNS = LONG ? 10_000 : 1_000;
const STOPS = LONG ? 800 : 80;
const PACE_MS = 5;
// What is told late, because ten thousand runs are told of at once, is not lost.
const PATIENCE_MS = LONG ? 10_000 : 2_000;
const NODES = 4;

let redis: StartedRedis;
let nodes: StartedNode[] = [];

interface State {
  making: string[];
  settled: { id: string; outcome: string; by: string | null }[];
  lost: number;
}

const urlOf = (node: StartedNode): string => `http://127.0.0.1:${node.ports['h1'] ?? 0}`;
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function ask<Answer>(node: StartedNode, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${urlOf(node)}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', 'x-user': 'ada' },
  });
  expect(response.status).toBeLessThan(500);
  return (await response.json()) as Answer;
}

/** Four nodes with their runs; returns which run is where. */
async function startNodes(bus: string): Promise<string[][]> {
  redis = await startRedis(['--appendonly', 'yes']);
  const env = { TEST_BUS: bus, TEST_REDIS: redis.url, TEST_ANSWER_MS: '100' };
  const file = new URL('./nodeApp.ts', import.meta.url);
  nodes = await Promise.all(Array.from({ length: NODES }, () => startNode(file, { env })));
  const ids = nodes.map(() => Array.from({ length: RUNS / NODES }, () => createRunId()));
  await Promise.all(nodes.map((node, at) => ask(node, '/begin', { ids: ids[at] ?? [] })));
  for (const [at, node] of nodes.entries()) {
    const isThere = async (): Promise<boolean> =>
      (await ask<State>(node, '/state')).making.length === ids[at]?.length;
    while (!(await isThere())) await wait(50);
  }
  return ids;
}

/** Stops every so many ms one run, always through another node; returns the ids and the answers. */
async function stopMany(ids: string[][]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const asked: Promise<void>[] = [];
  for (let at = 0; at < STOPS; at += 1) {
    const owner = at % NODES;
    const id = ids[owner]?.pop() ?? '';
    const node = nodes[(owner + 1 + (at % (NODES - 1))) % NODES];
    if (node === undefined) throw new Error('There is no such node.');
    asked.push(
      ask<{ outcome: string }>(node, '/stop', { runId: id }).then(({ outcome }) => {
        answers.set(id, outcome);
      }),
    );
    await wait(PACE_MS);
  }
  await Promise.all(asked);
  return answers;
}

/** Which of these runs go on making tokens, and what their stops were told. */
async function findLost(answers: Map<string, string>): Promise<string[][]> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    await wait(500);
    const states = await Promise.all(nodes.map((node) => ask<State>(node, '/state')));
    const making = new Set(states.flatMap((state) => state.making));
    const lost = [...answers].filter(([id]) => making.has(id));
    if (lost.length === 0 || performance.now() > endsAt) return lost;
  }
}

const DURING_MS = STOPS * PACE_MS;

const outages: Record<string, () => Promise<void>> = {
  async 'the subscribers’ connections are killed five times'() {
    const admin = new Redis(redis.url);
    for (let at = 0; at < 5; at += 1) {
      await wait(DURING_MS / 6);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    admin.disconnect();
  },
  async 'Redis is killed and comes back with its append-only file'() {
    await wait(DURING_MS / 3);
    await redis.kill();
    await wait(DURING_MS / 6);
    await redis.restart();
  },
  async 'Redis is killed and comes back empty'() {
    await wait(DURING_MS / 3);
    await redis.kill();
    await wait(DURING_MS / 6);
    await redis.restart({ empty: true });
  },
};

async function lostDuring(outage: () => Promise<void>, ids: string[][]): Promise<string[][]> {
  const [answers] = await Promise.all([stopMany(ids), outage()]);
  expect(answers.size).toBe(STOPS);
  return findLost(answers);
}

// The quick tier takes one client through them.
const clients = LONG ? ['ioredis', 'node-redis'] : ['ioredis'];
const kinds = hasRedisServer() ? [...clients, 'plain'] : [];

describe.each(kinds)('four nodes and a Redis through %s', (bus) => {
  let ids: string[][];
  beforeAll(async () => {
    ids = await startNodes(bus);
  }, 180_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.stop();
  });

  if (bus === 'plain') {
    test('the control: with messages alone the same harness loses stops', async () => {
      let lost = 0;
      for (const outage of Object.values(outages)) {
        lost += (await lostDuring(outage, ids)).length;
        // One that is lost is enough, unless there is time for more.
        if (lost > 0 && !LONG) break;
      }
      expect(lost).toBeGreaterThan(0);
    });
    return;
  }

  test.each(Object.entries(outages))('F9: no stop is lost while %s', async (_name, outage) => {
    expect(await lostDuring(outage, ids)).toEqual([]);
  });

  test('E4: the runs of a node that was killed leave the list within the lease, and a stop for them tells the truth', async () => {
    const [dead, alive] = nodes;
    const [theirs = []] = ids;
    const id = theirs[0] ?? '';
    if (dead === undefined || alive === undefined) throw new Error('There are no nodes.');
    const others = ids.slice(1).flat().length;
    const chat = { runId: createRunId(), conversationId: 'talk' };
    // Its connection dies with the node.
    const answer = await fetch(`${urlOf(dead)}/chat`, {
      method: 'POST',
      body: JSON.stringify(chat),
    });
    const told = await fetch(`${urlOf(alive)}/conversations/talk/events`);
    const events = told.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await events?.read())?.value).toContain('"status":"active"');
    dead.child.kill('SIGKILL');
    expect((await ask<{ outcome: string }>(alive, '/stop', { runId: id })).outcome).toBe(
      'stopping',
    );
    await expect
      .poll(() => ask<string[]>(alive, '/active'), { timeout: 18_000, interval: 500 })
      .toHaveLength(others);
    expect((await ask<{ outcome: string }>(alive, '/stop', { runId: id })).outcome).toBe('idle');
    const tell = (): Promise<State[]> =>
      Promise.all(nodes.slice(1).map((node) => ask<State>(node, '/state')));
    await expect
      .poll(async () => (await tell()).reduce((sum, { lost }) => sum + lost, 0))
      .toBe(theirs.length + 1);
    expect((await tell()).flatMap(({ making }) => making)).toHaveLength(others);
    let said = '';
    while (!said.includes('"idle"')) said += (await events?.read())?.value ?? '"idle"';
    const end = { conversationId: 'talk', turnId: chat.runId };
    expect(said).toContain(
      JSON.stringify({ ...end, type: 'settled', outcome: 'interrupted', reason: null }),
    );
    expect(said).toContain(JSON.stringify({ ...end, type: 'status', status: 'idle' }));
    await events?.cancel();
    await expect(answer.text()).rejects.toThrow();
  });
});
