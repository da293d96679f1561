import { Agent, type ClientRequest, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { startNode } from '../../test/server/startNode.js';
import { until } from '../../test/server/until.js';
import { type Model } from '../../test/server/upstream/startModel.js';

/** A proxy in a process of its own, with clients that read streams through it. */
export interface Proxy {
  name: string;
  /** CPU seconds since its start, and the tokens that came through it. */
  spent(): Promise<{ cpu: number; tokens: number }>;
  /** Leaves one more stream: milliseconds until the upstream sees it. */
  leave(): Promise<number>;
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
  let left = 0;

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
    async leave() {
      const reader = readers[left];
      if (reader === undefined) throw new Error('Every stream has been left.');
      left += 1;
      const at = Date.now();
      reader.request.destroy();
      const log = await until(
        `${reader.id} to be left`,
        () => model.log(reader.id),
        (log) => log?.leftAt.length === 1,
        { everyMs: 1 },
      );
      return (log?.leftAt[0] ?? Infinity) - at;
    },
    close,
  };
}
