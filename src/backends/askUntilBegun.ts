import type { StopAnswer } from '../core/index.js';
import { pause } from '../core/pause.js';

const AGAIN_MS = 300;
// As long as a page waits for its stop, and no longer.
const MOST_ASKED = 15;

/** Asks for a stop again while it may have overtaken the text that it is meant for: a server finds nothing to stop then. */
export async function askUntilBegun(
  ask: () => Promise<StopAnswer>,
  isOnItsWay: () => boolean,
  signal = new AbortController().signal,
): Promise<StopAnswer> {
  for (let asked = 1; ; asked += 1) {
    const mayBeEarly = isOnItsWay();
    const answer = await ask();
    const { outcome, error } = answer;
    const isNothing = outcome === 'idle' || (outcome === 'refused' && error === undefined);
    if (!mayBeEarly || !isNothing || asked === MOST_ASKED) return answer;
    await pause(AGAIN_MS, signal);
    if (signal.aborted) return answer;
  }
}
