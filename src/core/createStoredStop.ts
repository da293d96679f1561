import { askToStop, type Question } from './askToStop.js';
import type { Snapshot } from './Snapshot.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop } from './StopRequest.js';
import { canRetryStop, transition } from './transition.js';

/** What asking about the stop of a stored answer needs. */
export interface StoredStopOptions {
  requestStop?: RequestStop;
  confirmWithinMs?: number;
}

/** Asks once more about a stop that nobody had confirmed when its answer was stored; `options` are as they are then. */
export function createStoredStop(
  getSnapshot: () => Snapshot,
  change: (next: Snapshot) => void,
  options: StoredStopOptions,
): () => Promise<StopRecord | null> {
  let lastAsked: Question | null = null;
  /** Over when the question that is out is. */
  let waiting: Promise<void> | null = null;

  return async () => {
    const about = getSnapshot().stopRecord;
    const { requestStop, confirmWithinMs: withinMs } = options;
    if (waiting === null) {
      if (requestStop === undefined || !canRetryStop(about)) return null;
      const { runId } = about;
      change(transition(getSnapshot(), { type: 'retry-stop' }));
      const asked = askToStop({
        requestStop,
        about,
        withinMs,
        previous: lastAsked,
        tell(verdict, answeredMs) {
          const event = { type: 'verdict', runId, verdict, answeredMs, waits: false } as const;
          change(transition(getSnapshot(), event));
          asked.end();
        },
      });
      lastAsked = asked;
      waiting = asked.over.then(() => {
        waiting = null;
      });
    }
    await waiting;
    return getSnapshot().stopRecord;
  };
}
