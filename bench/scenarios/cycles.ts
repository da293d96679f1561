import type { Scenario } from './Scenario.js';

const WARM_UP = 200;
const MEASURED = 600;
/** Chromium may read a little more of an answer that nobody reads, for at most 5 s, before it closes the connection. */
const CLOSED_WITHIN_MS = 6_000;

/**
 * What generating and stopping leaves behind, from the 200th to the 800th time, when functions are still being compiled,
 * and as often again, when only a leak would grow.
 */
export const cycles: Scenario = async ({ lab, results, contestants, attempt }) => {
  for (const contestant of contestants) {
    const { name, wire, peer } = contestant;
    if (wire === 'sse' && peer !== true) continue;
    await attempt(contestant, 'heap per cycle, bytes', async () => {
      const tab = await lab.open(contestant);
      await lab.takeLog();
      const cycle = (count: number): Promise<void> =>
        tab.page.evaluate(([times, request]) => window.bench.cycle(times, request), [
          count,
          { wire, tokens: 0, rate: 2_000 },
        ] as const);
      const look = async (): Promise<{ bytes: number; listeners: number }> => {
        // Twice: what a finalizer lets go is collected the next time.
        await tab.cdp.send('HeapProfiler.collectGarbage');
        await tab.cdp.send('HeapProfiler.collectGarbage');
        const { usedSize } = await tab.cdp.send('Runtime.getHeapUsage');
        return { bytes: usedSize, listeners: await tab.metric('JSEventListeners') };
      };
      await cycle(WARM_UP);
      const before = await look();
      await cycle(MEASURED);
      const after = await look();
      await cycle(MEASURED);
      const later = await look();
      await tab.page.waitForTimeout(CLOSED_WITHIN_MS);
      const log = await lab.takeLog();
      results.add('heap per cycle, bytes', name, (after.bytes - before.bytes) / MEASURED);
      results.add('heap per later cycle, bytes', name, (later.bytes - after.bytes) / MEASURED);
      results.add('listeners gained in 600 cycles', name, after.listeners - before.listeners);
      results.add('requests open after the cycles', name, log.filter(({ open }) => open).length);
    });
  }
};
