import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startNode } from '../../test/server/startNode.js';
import { until } from '../../test/server/until.js';
import { type Model } from '../../test/server/upstream/startModel.js';
import { percentile } from './percentile.js';

/** A proxy in a process of its own, with clients that read streams through it. */
export interface Proxy {
  name: string;
  /** CPU seconds since its start, and the tokens that came through it. */
  spent(): Promise<{ cpu: number; tokens: number }>;
  /** Leaves streams one after the other: milliseconds until the upstream sees it. */
  leave(count: number): Promise<{ p50: number; p99: number }>;
  close(): Promise<void>;
}

// Streams that begin in one burst would get their tokens in bursts, each proxy in others.
const BETWEEN_MS = 1;

/** Starts a proxy and opens this many streams through it, each with a token every `intervalMs`. */
export async function startProxy(
  name: string,
  model: Model,
  { streams, intervalMs }: { streams: number; intervalMs: number },
): Promise<Proxy> {
  const origin = `http://127.0.0.1:${model.port}`;
  const server = await startNode(new URL('./proxyServer.ts', import.meta.url), {
    env: { PROXY: name, TARGET: origin },
  });
  const port = server.ports.proxy ?? 0;
  const agent = new Agent({ maxSockets: Infinity });
  const readers: { id: string; request: ClientRequest }[] = [];
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
  const close = async (): Promise<void> => {
    for (const { request } of readers) request.destroy();
    agent.destroy();
    await server.stop();
  };

  const prefix = `${name.replaceAll(/\W/g, '')}-${Date.now()}`;
  try {
    for (let index = 0; index < streams; index++) {
      const id = `${prefix}-${index}`;
      readers.push({ id, request: read(id) });
      await wait(BETWEEN_MS);
    }
    await until(
      'every stream to be open',
      () => open,
      (now) => now === streams,
      { withinMs: 60_000 },
    );
  } catch (error) {
    // Its streams would burden whoever is measured beside it.
    await close();
    throw error;
  }

  return {
    name,
    async spent() {
      const response = await fetch(`http://127.0.0.1:${port}/cpu`);
      // Every event is a line and an empty one.
      return { cpu: (await response.json()) as number, tokens: lineEnds / 2 };
    },
    async leave(count) {
      const stops: number[] = [];
      for (const { id, request } of readers.slice(0, count)) {
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
      return { p50: percentile(stops, 0.5), p99: percentile(stops, 0.99) };
    },
    close,
  };
}
