import type { BusLink, FoundRun } from './Bus.js';

// A ring can be lost with the connection that carried it, or come before anybody listens.
const LOOK_AGAIN_MS = { first: 20, last: 500 };

/** Waits until a run on any node is over, at most this long; resolves to what is known then. */
export async function waitForSettle(
  link: BusLink,
  runId: string,
  ms: number,
): Promise<FoundRun | null> {
  const until = performance.now() + ms;
  let pauseMs = LOOK_AGAIN_MS.first;
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
      if (found !== 'unknown' && (found?.state !== 'active' || left <= 0)) return found;
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, pauseMs));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (rung) wake();
      });
      pauseMs = Math.min(pauseMs * 2, LOOK_AGAIN_MS.last);
    }
  } finally {
    silence();
  }
}
