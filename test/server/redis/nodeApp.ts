// One node of an app, in a process of its own: the registry behind HTTP/1.1 and HTTP/2, and runs to stop.
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { redisBus } from 'stopkit/redis';
import {
  type Bus,
  createRuns,
  memoryBus,
  type NodeRequest,
  type NodeResponse,
} from 'stopkit/server';
import { plainBus } from './plainBus.js';

const url = process.env['TEST_REDIS'] ?? '';
const intervalMs = Number(process.env['TEST_INTERVAL_MS'] ?? 500);
const retryMs = 50;

async function makeBus(): Promise<Bus> {
  switch (process.env['TEST_BUS']) {
    case 'ioredis':
      return redisBus(new Redis(url, { retryStrategy: () => retryMs }));
    case 'node-redis': {
      const client = createClient({ url, socket: { reconnectStrategy: retryMs } });
      client.on('error', () => undefined);
      await client.connect();
      return redisBus(client);
    }
    case 'plain':
      return plainBus(new Redis(url, { retryStrategy: () => retryMs }));
    default:
      return memoryBus();
  }
}

/** Runs whose upstream makes tokens right now. */
const making = new Set<string>();
const settled: object[] = [];
let lost = 0;

const runs = createRuns({
  bus: await makeBus(),
  authorize: ({ request }) => ({ userId: request.headers.get('x-user') ?? 'ada' }),
  onDisconnect: process.env['TEST_ON_DISCONNECT'] === 'stop' ? 'stop' : 'continue',
  misses: { consume: () => Promise.resolve() },
  limits: {
    answerMs: Number(process.env['TEST_ANSWER_MS'] ?? 2_000),
    nameMs: Number(process.env['TEST_NAME_MS'] ?? 1_000),
  },
  onSettled: ({ id, outcome, by, reason, seenChars, text }) =>
    settled.push({ id, outcome, by, reason, seenChars, length: text.length }),
  onLost: () => (lost += 1),
});
const routes = runs.routes();

async function* upstream({ signal, runId }: { signal: AbortSignal; runId: string }) {
  making.add(runId);
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake());
  try {
    for (let word = 0; !signal.aborted; word += 1) {
      yield `word${word} `;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    making.delete(runId);
  }
}

async function readJson(req: NodeRequest): Promise<Record<string, string | string[]>> {
  let text = '';
  for await (const bytes of req) text += String(bytes);
  return JSON.parse(text) as Record<string, string | string[]>;
}

async function handle(req: NodeRequest, res: NodeResponse): Promise<void> {
  const answer = (value: unknown): void => {
    res.setHeader('content-type', 'application/json');
    // Both kinds of response end alike; only their overloads differ.
    (res.end as (text: string) => void).call(res, JSON.stringify(value));
  };
  switch (req.url) {
    case '/chat': {
      const { runId, conversationId } = (await readJson(req)) as Record<string, string>;
      return runs.stream(req, res, {
        ...(runId === undefined ? {} : { runId }),
        ...(conversationId === undefined ? {} : { conversationId }),
        userId: 'ada',
        upstream,
      });
    }
    case '/begin': {
      // Runs without a connection each: ten thousand of them fit into one machine.
      const { ids } = (await readJson(req)) as { ids: string[] };
      for (const runId of ids) {
        const response = runs.response(new Request('http://local/'), {
          runId,
          userId: 'ada',
          upstream,
        });
        void response.then(({ body }) => body?.cancel());
      }
      answer({});
      return;
    }
    case '/state': {
      answer({ making: [...making], settled, lost });
      return;
    }
    case '/active': {
      answer((await runs.active()).map(({ id }) => id));
      return;
    }
    default:
      return routes(req, res);
  }
}

const h1 = createServer((req, res) => void handle(req, res));
const h2 = createHttp2Server((req, res) => void handle(req, res));
for (const server of [h1, h2]) {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
}
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
console.log(JSON.stringify({ h1: portOf(h1), h2: portOf(h2) }));
