import type { BusLink, FoundRun } from './Bus.js';

// A ring can be lost with the connection that carried it.
const LOOK_AGAIN_MS = 500;

/** Waits until a run on any node is over, at most this long; resolves to what is known then. */
export async function waitForSettle(
  link: BusLink,
  runId: string,
  ms: number,
): Promise<FoundRun | null> {
  const until = performance.now() + ms;
  let rung = false;
  let wake: () => void = () => undefined;
  const silence = link.listen(`run:${runId}`, () => {
    rung = true;
    wake();
  });
  try {
    for (;;) {
      rung = false;
      const found = await link.find(runId);
      const left = until - performance.now();
      if (found?.state !== 'active' || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, LOOK_AGAIN_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (rung) wake();
      });
    }
  } finally {
    silence();
  }
}
