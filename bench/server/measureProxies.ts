import { setTimeout as wait } from 'node:timers/promises';
import { type Model } from '../../test/server/upstream/startModel.js';
import { type Proxy, startProxy } from './startProxy.js';

/** What one proxy cost in one run. */
export interface Measurement {
  /** CPU seconds of the proxy for a million tokens. */
  cpu: number;
  /** From the client's leaving to the upstream's seeing it, in milliseconds. */
  stopP50: number;
  stopP99: number;
}

const TOKENS_PER_SECOND = 5_000;
const WARM_UP_MS = 4_000;
const WINDOW_MS = 12_000;
const STOPS = 200;

/**
 * Measures proxies in the same seconds: what else the machine does, and how fast it is just then, is the same for all.
 * One that fails is told about and left out.
 */
export async function measureProxies(
  names: readonly string[],
  model: Model,
  streams: number,
  onFailed: (name: string, error: unknown) => void,
): Promise<Map<string, Measurement>> {
  const intervalMs = (streams * names.length * 1_000) / TOKENS_PER_SECOND;
  const proxies: Proxy[] = [];
  const start = async (name: string): Promise<void> => {
    try {
      proxies.push(await startProxy(name, model, { streams, intervalMs }));
    } catch (error) {
      onFailed(name, error);
    }
  };
  const measured = new Map<string, Measurement>();
  try {
    await Promise.all(names.map(start));
    const spent = () =>
      Promise.all(proxies.map(async (proxy) => ({ proxy, ...(await proxy.spent()) })));
    await wait(WARM_UP_MS);
    const before = await spent();
    await wait(WINDOW_MS);
    const after = await spent();
    for (const [at, { proxy, cpu, tokens }] of after.entries()) {
      const from = before[at] ?? { cpu: 0, tokens: 0 };
      const perMillion = ((cpu - from.cpu) / (tokens - from.tokens)) * 1e6;
      const { p50, p99 } = await proxy.leave(STOPS);
      measured.set(proxy.name, { cpu: perMillion, stopP50: p50, stopP99: p99 });
    }
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
  return measured;
}
