import type { BusLink, FoundRun } from './Bus.js';
import { createBell } from './createBell.js';

const LOOK_AGAIN_MS = { first: 20, last: 500 };

/** Waits until a run on any node is over, at most this long; resolves to what is known then. */
export async function waitForSettle(
  link: BusLink,
  runId: string,
  ms: number,
): Promise<FoundRun | null> {
  const until = performance.now() + ms;
  let pauseMs = LOOK_AGAIN_MS.first;
  const bell = createBell(link, `run:${runId}`);
  try {
    for (;;) {
      const found = await link.find(runId);
      const left = until - performance.now();
      if (found !== 'unknown' && (found?.state !== 'active' || left <= 0)) return found;
      if (left <= 0) return null;
      await bell.wait(Math.min(left, pauseMs));
      pauseMs = Math.min(pauseMs * 2, LOOK_AGAIN_MS.last);
    }
  } finally {
    bell.silence();
  }
}
