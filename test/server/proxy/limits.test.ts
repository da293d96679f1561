import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedNode, startNode } from '../startNode.js';
import { until } from '../until.js';
import { type Model, startModel } from '../upstream/startModel.js';
import type { ServerState } from './ask.js';
import { createWitness, newId } from './createWitness.js';
import { type Leaving, rawClient } from './rawClient.js';
import { LONG } from '../../tier.js';

const MB = 1024 * 1024;
/** How long a client reads nothing; the stall limit of the same length ends it. */
const STILL_MS = LONG ? 20_000 : 2_000;

let model: Model;
let server: StartedNode;
beforeAll(async () => {
  [model, server] = await Promise.all([
    startModel(),
    startNode(new URL('./adapterServer.ts', import.meta.url), { flags: ['--expose-gc'] }),
  ]);
});
afterAll(() => Promise.all([model.stop(), server.stop()]));

const port = () => server.ports.http ?? 0;
const state = async () => {
  const response = await fetch(`http://127.0.0.1:${server.ports.control ?? 0}/`);
  return (await response.json()) as ServerState;
};
const { ask, asked, ended, left, log } = createWitness({ port, model: () => model, state });
const openSockets = async () =>
  (await state()).resources.filter((resource) => resource === 'TCPSocketWrap').length;

const FLOOD = { intervalMs: 0, tokenBytes: 16_384 };

test(`G13: a client that reads nothing for ${STILL_MS} ms costs under 32 MB, and the stall limit ends it`, async () => {
  const warmUp = newId();
  const reader = await rawClient(port(), ask(warmUp, { ...FLOOD, count: 2_000 }));
  await ended(warmUp);
  reader.socket.destroy();

  const id = newId();
  const { rss } = await state();
  const client = await rawClient(port(), ask(id, FLOOD, { stallMs: STILL_MS }));
  client.pause();
  let most = rss;
  const end = await until(
    'the stall limit',
    async () => {
      const now = await state();
      most = Math.max(most, now.rss);
      return now.ends.find(({ runId }) => runId === id);
    },
    (seen) => seen !== undefined,
    { everyMs: 50, withinMs: 4 * STILL_MS },
  );
  expect(end).toEqual({ runId: id, outcome: 'disconnected', reason: 'stalled' });
  expect((most - rss) / MB).toBeLessThan(32);
  await left(id);
  client.socket.destroy();
});

test.each([
  ['a flood is ended by the stall limit', FLOOD, { stallMs: 1_000 }, 'stalled'],
  ['a trickle is ended by the maximum duration', {}, { maxDurationMs: 1_500 }, 'total-time'],
])('G13: a client whose process stands still: %s', async (_, script, limits, reason) => {
  const id = newId();
  const client = await startNode(new URL('./readingClient.ts', import.meta.url), {
    env: { PORT: String(port()), BODY: JSON.stringify(ask(id, script, limits)) },
  });
  await asked(id);
  client.child.kill('SIGSTOP');
  expect(await ended(id)).toMatchObject({ reason });
  await left(id);
  await client.stop();
});

test('G1: two hundred clients that break off in every phase, and an upstream that breaks as well, end nothing else', async () => {
  const innocent = newId();
  const other = await rawClient(port(), ask(innocent, { count: 100 }));
  const before = await openSockets();
  const scripts = [
    { headersMs: 30_000 },
    { headersMs: 5 },
    { firstMs: 30_000 },
    { intervalMs: 1 },
    FLOOD,
    { intervalMs: 1, stallAfter: 3 },
    { intervalMs: 1, destroyAfter: 5 },
    { status: 500 },
  ];
  const ways: Leaving[] = ['FIN', 'RST', 'half-close'];
  const ids = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const id = newId();
      const client = await rawClient(port(), ask(id, scripts[index % scripts.length] ?? {}));
      const way = ways[index % ways.length] ?? 'RST';
      // A spread over the phases; which one is met does not matter to the outcome.
      setTimeout(() => client.ways[way](), index);
      return id;
    }),
  );
  await ended(innocent);
  await until(
    'all of them to end',
    async () => {
      const seen = new Set((await state()).ends.map(({ runId }) => runId));
      const open = ids.filter((id) => !seen.has(id));
      const logs = await Promise.all(open.map(log));
      // A client that broke off before its request was taken asked for nothing.
      return open.filter((_, index) => logs[index] !== null);
    },
    (open) => open.length === 0,
  );
  expect(await log(innocent)).toMatchObject({ ended: 1 });
  other.socket.destroy();
  // undici opens a replacement for every connection it aborts, and keeps it for four seconds.
  await until('the sockets to be closed', openSockets, (now) => now <= before);
  expect(server.exit()).toBeNull();
  expect(server.errors()).toBe('');
});

test.each(['the client first', 'the upstream first'])(
  'G3: a client and an upstream that break in the same moments, %s',
  async (order) => {
    const ids: string[] = [];
    for (let ms = 0; ms < 10; ms++) {
      const id = newId();
      ids.push(id);
      const destroyAfter = order === 'the client first' ? 3 + ms : 3;
      const client = await rawClient(port(), ask(id, { intervalMs: 1, destroyAfter }));
      const said = order === 'the client first' ? 'data:' : '\r\n\r\n';
      await until('the first words', client.received, (all) => all.includes(said), { everyMs: 1 });
      client.ways.RST();
    }
    for (const id of ids) await ended(id);
    expect(server.exit()).toBeNull();
  },
);

test(`G17: after ${LONG ? 5_000 : 500} broken-off streams memory and sockets are where they were`, async () => {
  const breakOff = async (times: number) => {
    for (let done = 0; done < times; done += 50) {
      const clients = await Promise.all(
        Array.from({ length: 50 }, () => rawClient(port(), ask(newId(), {}))),
      );
      for (const client of clients) {
        await until('a word', client.received, (all) => all.includes('data:'), { everyMs: 2 });
        client.ways.RST();
      }
    }
    await until('the sockets to be closed', openSockets, (now) => now < 10);
    return (await state()).heapUsed;
  };
  const before = await breakOff(LONG ? 1_000 : 200);
  const after = await breakOff(LONG ? 5_000 : 500);
  expect((after - before) / MB).toBeLessThan(LONG ? 10 : 5);
});
