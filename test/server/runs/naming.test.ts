import { connect as connectHttp2 } from 'node:http2';
import { Agent, request } from 'node:http';
import { createRunId } from 'stopkit/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedisServer, type StartedRedis, startRedis } from '../redis/startRedis.js';
import { type StartedNode, startNode } from '../startNode.js';
import { LONG } from '../../tier.js';

const STOPS = LONG ? 250 : 25;
const AT_ONCE = 25;
const STOP_WITHIN_MS = 500;

let redis: StartedRedis | null = null;
let nodes: [StartedNode, StartedNode];

beforeAll(async () => {
  redis = hasRedisServer() ? await startRedis() : null;
  const env = {
    TEST_BUS: redis === null ? 'memory' : 'ioredis',
    TEST_REDIS: redis?.url ?? '',
    TEST_ON_DISCONNECT: 'stop',
    TEST_INTERVAL_MS: '10',
    // A second by default; a busy machine may need longer to send a stop that is due in half of one.
    TEST_NAME_MS: process.env['TEST_NAME_MS'] ?? '5000',
  };
  const file = new URL('../redis/nodeApp.ts', import.meta.url);
  nodes = await Promise.all([startNode(file, { env }), startNode(file, { env })]);
}, 120_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis?.stop();
});

interface Settled {
  id: string;
  outcome: string;
  by: string;
  reason: string;
  seenChars: number;
}

/** Sends a prompt, reads the first bytes, and closes the reader. */
type Visit = (node: StartedNode, body: string) => Promise<void>;

const agent = new Agent({ keepAlive: true });
const overHttp1: Visit = (node, body) =>
  new Promise((resolve, reject) => {
    const asked = request(
      { agent, port: node.ports['h1'] ?? 0, host: '127.0.0.1', path: '/chat', method: 'POST' },
      (response) => {
        response.on('error', () => undefined);
        response.once('data', () => {
          asked.destroy();
          resolve();
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

const overHttp2: Visit = (node, body) =>
  new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${node.ports['h2'] ?? 0}`);
    session.on('error', reject);
    const stream = session.request({ ':path': '/chat', ':method': 'POST' });
    stream.on('error', reject);
    stream.once('data', () => {
      stream.close(8);
      session.close();
      resolve();
    });
    stream.end(body);
  });

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
] as const)('over %s', (_name, visit) => {
  test.each([
    ['the same node', 0],
    ['the other node', 1],
  ] as const)(
    'rule 8: the reader is closed first and the stop lands on %s: every run settles once, as the person said',
    async (_where, at) => {
      if (at === 1 && redis === null) return;
      const sent = new Map<string, { reason: string; seenChars: number }>();
      const one = async (): Promise<void> => {
        const runId = createRunId();
        const said = { reason: `why-${sent.size}`, seenChars: sent.size % 6 };
        sent.set(runId, said);
        await visit(nodes[0], JSON.stringify({ runId }));
        await new Promise((done) => setTimeout(done, (sent.size * 37) % STOP_WITHIN_MS));
        const response = await fetch(`http://127.0.0.1:${nodes[at].ports['h1'] ?? 0}/stop`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-user': 'ada' },
          body: JSON.stringify({ runId, ...said }),
        });
        expect(await response.json()).toMatchObject({ outcome: 'stopped', runId });
      };
      for (let done = 0; done < STOPS; done += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, one));
      }
      const state = await fetch(`http://127.0.0.1:${nodes[0].ports['h1'] ?? 0}/state`);
      const { settled, making } = (await state.json()) as { settled: Settled[]; making: string[] };
      const ours = settled.filter(({ id }) => sent.has(id));
      expect(ours).toHaveLength(STOPS);
      for (const { id, outcome, by, reason, seenChars } of ours) {
        expect({ outcome, by, reason, seenChars }).toEqual({
          outcome: 'stopped',
          by: 'user',
          ...sent.get(id),
        });
      }
      expect(making).toEqual([]);
    },
  );
});
