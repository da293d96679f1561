import { askToStop, type Question } from './askToStop.js';
import type { Snapshot } from './Snapshot.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop } from './StopRequest.js';
import { canRetryStop, transition } from './transition.js';

/** What asking about the stop of a stored answer needs. */
export interface StoredStopOptions {
  getSnapshot: () => Snapshot;
  change: (next: Snapshot) => void;
  requestStop: () => RequestStop | undefined;
  /** @default 5_000 */
  confirmWithinMs?: () => number | undefined;
}

/** Asks once more about a stop that nobody had confirmed when its answer was stored. */
export function createStoredStop(options: StoredStopOptions): () => Promise<StopRecord | null> {
  const { getSnapshot, change } = options;
  let question: Question | null = null;
  let lastAsked: Question | null = null;

  return async () => {
    const about = getSnapshot().stopRecord;
    const requestStop = options.requestStop();
    if (question === null) {
      if (requestStop === undefined || !canRetryStop(about)) return null;
      const { runId, reason, seenChars } = about;
      change(transition(getSnapshot(), { type: 'retry-stop' }));
      const asked = askToStop({
        requestStop,
        request: { runId, reason, seenChars },
        withinMs: options.confirmWithinMs?.() ?? 5_000,
        pressedAt: performance.now(),
        previous: lastAsked,
        tell(verdict, answeredMs) {
          const event = { type: 'verdict', runId, verdict, answeredMs, waits: false } as const;
          change(transition(getSnapshot(), event));
          asked.end();
        },
      });
      question = asked;
      lastAsked = asked;
    }
    const current = question;
    await current.over;
    if (question === current) question = null;
    return getSnapshot().stopRecord;
  };
}
