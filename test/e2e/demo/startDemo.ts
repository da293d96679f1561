import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { Faults } from '../../../demo/Faults.js';
import { startRedis } from '../../server/redis/startRedis.js';
import { type StartedProcess, startProcess } from '../startProcess.js';
import { startWire } from './startWire.js';

/** What the model's own process counted of a run. */
export interface Count {
  madeAt: number[];
  closedAt: number | null;
  over: boolean;
}

/** A question with its answer, as the server stored it. */
export interface Turn {
  runId: string;
  outcome: string;
  text: string;
}

/** The demo as `npm start` serves it. */
export interface Demo {
  url: string;
  /** Breaks things; what is not named works. */
  break(faults: Partial<Faults>): Promise<void>;
  /** Asks the model itself, not the server; null where it was never asked for this run. */
  count(runId: string): Promise<Count | null>;
  history(conversationId: string): Promise<Turn[]>;
  /** What breaks the connection between the browser and the server. */
  cut(): void;
  mend(): void;
  /** Ends the server as a power cut would, and starts it again at the same address. */
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  close(): Promise<void>;
}

const TESTED: Faults = {
  tokensPerSecond: 40,
  firstWordMs: 50,
  model: 'none',
  stop: 'works',
  whenClosed: 'stop',
};

let page: Promise<string> | null = null;

/** Built once, and to a place of its own for each of those that run side by side. */
async function buildPage(): Promise<string> {
  const outDir = resolve(
    `node_modules/.cache/stopkit/demoPage-${process.env.VITEST_POOL_ID ?? ''}`,
  );
  await build({
    configFile: 'demo/vite.config.ts',
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}

/** Builds the page and starts the model and the server, or two of them with a Redis between. */
export async function startDemo({
  nodes = 1,
  env = {},
}: { nodes?: 1 | 2; env?: Record<string, string> } = {}): Promise<Demo> {
  const DEMO_PAGE = await (page ??= buildPage());
  const data = await mkdtemp(join(tmpdir(), 'stopkit-demo-'));
  const model = await startProcess('demo/model.ts');
  const modelUrl = `http://127.0.0.1:${model.port}`;
  const redis = nodes === 1 ? null : await startRedis();
  const start = (port: number, name = 'A'): Promise<StartedProcess> =>
    startProcess('demo/server.ts', {
      DEMO_DATA: data,
      DEMO_PAGE,
      MODEL_URL: modelUrl,
      NODE_NAME: name,
      PORT: String(port),
      ...(redis === null ? {} : { DEMO_REDIS_URL: redis.url }),
      ...env,
    });
  let server = await start(0);
  const others: StartedProcess[] = [];
  if (nodes === 2) {
    const second = await start(0, 'B');
    const NODE_PORTS = `${server.port},${second.port}`;
    others.push(second, await startProcess('demo/frontDoor.ts', { NODE_PORTS }));
  }
  const { port } = server;
  const front = others.at(-1)?.port ?? port;
  const direct = `http://127.0.0.1:${front}`;
  const wire = await startWire(front);

  return {
    url: `http://127.0.0.1:${wire.port}`,
    async break(faults) {
      await fetch(`${direct}/api/demo`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...TESTED, ...faults }),
      });
    },
    async count(runId) {
      return (await (await fetch(`${modelUrl}/runs/${runId}`)).json()) as Count | null;
    },
    async history(conversationId) {
      const response = await fetch(`${direct}/api/conversations/${conversationId}/history`);
      const { turns } = (await response.json()) as {
        turns: { runId: string; outcome: string; parts: { type: string; text: string }[] }[];
      };
      return turns.map(({ runId, outcome, parts }) => ({
        runId,
        outcome,
        text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      }));
    },
    cut: wire.cut,
    mend: wire.mend,
    async killServer() {
      const gone = new Promise((resolve) => server.child.once('exit', resolve));
      server.child.kill('SIGKILL');
      await gone;
    },
    async startServer() {
      server = await start(port);
    },
    async close() {
      wire.close();
      await Promise.all([server, ...others, model].map((process) => process.stop()));
      await redis?.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
