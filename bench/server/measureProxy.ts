import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startNode } from '../../test/server/startNode.js';
import { until } from '../../test/server/until.js';
import { type Model } from '../../test/server/upstream/startModel.js';
import { percentile } from './percentile.js';

/** What one proxy cost in one run. */
export interface Measurement {
  /** CPU seconds of the proxy for a million tokens. */
  cpu: number;
  /** From the client's leaving to the upstream's seeing it. */
  stopP50: number;
  stopP99: number;
}

const TOKENS_PER_SECOND = 5_000;
const WARM_UP_MS = 2_000;
const WINDOW_MS = 6_000;

/** Streams through a proxy, then leaves every stream, one after the other. */
export async function measureProxy(
  name: string,
  model: Model,
  streams: number,
): Promise<Measurement> {
  const origin = `http://127.0.0.1:${model.port}`;
  const server = await startNode(new URL('./proxyServer.ts', import.meta.url), {
    env: { PROXY: name, TARGET: origin },
  });
  const port = server.ports.proxy ?? 0;
  const agent = new Agent({ maxSockets: Infinity });
  const intervalMs = (streams * 1_000) / TOKENS_PER_SECOND;
  let lineEnds = 0;
  let open = 0;

  const read = (id: string): ClientRequest => {
    const path = model.url({ id, intervalMs }).slice(origin.length);
    const asking = request({ port, host: '127.0.0.1', path: `${path}/events`, agent }, (res) => {
      open += 1;
      res.on('data', (bytes: Buffer) => {
        for (const byte of bytes) if (byte === 10) lineEnds += 1;
      });
      res.on('error', () => undefined);
    });
    asking.on('error', () => undefined).end();
    return asking;
  };
  const cpu = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}/cpu`);
    return (await response.json()) as number;
  };

  const prefix = `${name.replaceAll(/\W/g, '')}-${Date.now()}`;
  const readers = Array.from({ length: streams }, (_, index) => {
    const id = `${prefix}-${index}`;
    return { id, request: read(id) };
  });
  try {
    await until(
      'every stream to be open',
      () => open,
      (now) => now === streams,
      { withinMs: 60_000 },
    );
    await wait(WARM_UP_MS);
    const before = { cpu: await cpu(), lineEnds };
    await wait(WINDOW_MS);
    const spent = (await cpu()) - before.cpu;
    // Every event is a line and an empty one.
    const tokens = (lineEnds - before.lineEnds) / 2;
    const perMillion = (spent / tokens) * 1e6;

    const stops: number[] = [];
    for (const { id, request } of readers.slice(0, 200)) {
      const at = Date.now();
      request.destroy();
      const log = await until(
        `${id} to be left`,
        () => model.log(id),
        (log) => log?.leftAt.length === 1,
        { everyMs: 1 },
      );
      stops.push((log?.leftAt[0] ?? Infinity) - at);
    }
    return { cpu: perMillion, stopP50: percentile(stops, 0.5), stopP99: percentile(stops, 0.99) };
  } finally {
    // Also of a proxy that failed: its streams would burden whoever comes next.
    for (const { request } of readers) request.destroy();
    agent.destroy();
    await server.stop();
  }
}
