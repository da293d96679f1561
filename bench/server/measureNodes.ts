import { createRunId } from '../../src/core/runId.js';
import { startNode } from '../../test/server/startNode.js';
import { until } from '../../test/server/until.js';
import { startRedis } from '../../test/server/redis/startRedis.js';
import { percentile } from './percentile.js';

/** How long a person waits for the answer to a stop: the run is settled and its upstream let go of. */
export interface NodesMeasurement {
  sameNode: { p50: number; p99: number };
  otherNode: { p50: number; p99: number };
}

const RUNS = 400;
const STOPS = 150;

/** Stops runs of one node, asked of that node and of the other, with a Redis between them. */
export async function measureNodes(bus: 'ioredis' | 'node-redis'): Promise<NodesMeasurement> {
  const redis = await startRedis();
  const env = { TEST_BUS: bus, TEST_REDIS: redis.url };
  const file = new URL('../../test/server/redis/nodeApp.ts', import.meta.url);
  const [one, other] = await Promise.all([startNode(file, { env }), startNode(file, { env })]);
  const ask = async (port: number | undefined, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port ?? 0}${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', 'x-user': 'ada' },
    });
    return response.json();
  };
  try {
    const ids = Array.from({ length: RUNS }, () => createRunId());
    await ask(one.ports.h1, '/begin', { ids });
    await until(
      'every run to make something',
      async () => ((await ask(one.ports.h1, '/state')) as { making: string[] }).making.length,
      (making) => making === RUNS,
    );
    const stopAt = async (port: number | undefined, all: readonly string[]) => {
      const took: number[] = [];
      for (const runId of all) {
        const at = performance.now();
        const said = (await ask(port, '/stop', { runId })) as { outcome: string };
        if (said.outcome !== 'stopped') throw new Error(`A stop was answered "${said.outcome}".`);
        took.push(performance.now() - at);
      }
      return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
    };
    return {
      sameNode: await stopAt(one.ports.h1, ids.slice(0, STOPS)),
      otherNode: await stopAt(other.ports.h1, ids.slice(STOPS, 2 * STOPS)),
    };
  } finally {
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  }
}
