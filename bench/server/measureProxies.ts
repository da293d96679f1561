import { setTimeout as wait } from 'node:timers/promises';
import { type Model } from '../../test/server/upstream/startModel.js';
import { percentile } from './percentile.js';
import { type Proxy, startProxy } from './startProxy.js';

/** What one proxy cost in one run. */
export interface Measurement {
  /** CPU seconds of the proxy for a million tokens. */
  cpu: number;
  /** From the client's leaving to the upstream's seeing it, in milliseconds. */
  stopP50: number;
  stopP99: number;
}

const TOKENS_PER_SECOND = 1_500;
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
  const intervalMs = (streams * 1_000) / TOKENS_PER_SECOND;
  let proxies: Proxy[] = [];
  /** Asks each of those that still work. */
  const askAll = async <T>(ask: (proxy: Proxy) => Promise<T>): Promise<Map<Proxy, T>> => {
    const answers = new Map<Proxy, T>();
    const askOne = async (proxy: Proxy): Promise<void> => {
      try {
        answers.set(proxy, await ask(proxy));
      } catch (error) {
        onFailed(proxy.name, error);
        await proxy.close();
      }
    };
    await Promise.all(proxies.map(askOne));
    proxies = proxies.filter((proxy) => answers.has(proxy));
    return answers;
  };
  const start = async (name: string): Promise<void> => {
    try {
      proxies.push(await startProxy(name, model, { streams, intervalMs }));
    } catch (error) {
      onFailed(name, error);
    }
  };
  try {
    await Promise.all(names.map(start));
    await wait(WARM_UP_MS);
    const before = await askAll((proxy) => proxy.spent());
    await wait(WINDOW_MS);
    const after = await askAll((proxy) => proxy.spent());
    const stops = new Map<Proxy, number[]>();
    for (let round = 0; round < STOPS; round++) {
      const took = await askAll((proxy) => proxy.leave());
      for (const [proxy, ms] of took) stops.set(proxy, [...(stops.get(proxy) ?? []), ms]);
    }
    return new Map(
      proxies.map((proxy) => {
        const [from, to] = [before.get(proxy), after.get(proxy)];
        const cpu = (to?.cpu ?? NaN) - (from?.cpu ?? NaN);
        const tokens = (to?.tokens ?? NaN) - (from?.tokens ?? NaN);
        const took = stops.get(proxy) ?? [];
        return [
          proxy.name,
          {
            cpu: (cpu / tokens) * 1e6,
            stopP50: percentile(took, 0.5),
            stopP99: percentile(took, 0.99),
          },
        ];
      }),
    );
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}
