import type { StopAnswer } from '../core/index.js';
import { pause } from '../core/pause.js';

const AGAIN_MS = 300;
// Less than a page waits for its stop: what is asked later might be heard about the next text.
const MOST_MS = 3_000;

/** Asks for a stop again while it may have overtaken the text that it is meant for: a server finds nothing to stop then. */
export async function askUntilBegun(
  ask: () => Promise<StopAnswer>,
  isOnItsWay: () => boolean,
  signal = new AbortController().signal,
): Promise<StopAnswer> {
  const until = performance.now() + MOST_MS;
  for (;;) {
    const mayBeEarly = isOnItsWay();
    const answer = await ask();
    const { outcome, error } = answer;
    const isNothing = outcome === 'idle' || (outcome === 'refused' && error === undefined);
    if (!mayBeEarly || !isNothing || performance.now() + AGAIN_MS > until) return answer;
    await pause(AGAIN_MS, signal);
    if (signal.aborted) return answer;
  }
}
