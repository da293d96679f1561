import type { LogEntry, RunInfo, StopIntent } from '../runs/Bus.js';
import { mayStop, stopAllIntent } from '../runs/mayStop.js';

/** An array reply; anything else is an empty one. */
export const list = (reply: unknown): unknown[] => (Array.isArray(reply) ? reply : []);

/** A string reply, or nothing. */
export const text = (reply: unknown): string | null => (typeof reply === 'string' ? reply : null);

// Old versions say so around what went wrong inside a script, such as -READONLY.
const REFUSAL = /^(ERR|WRONGTYPE) (?!.*-[A-Z]+ )/s;

/** Whether Redis has refused this one command; whatever else it says (LOADING, READONLY, CLUSTERDOWN) is of all of them. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error && REFUSAL.test(error.message);

/** A reply of runs, the oldest first. */
export function infos(reply: unknown): readonly RunInfo[] {
  return list(reply)
    .map((info) => JSON.parse(String(info)) as RunInfo)
    .sort((one, other) => one.startedAt - other.startedAt);
}

/** A reply of entries of a stream: ids, and the one field each has. */
export const entries = (reply: unknown): readonly LogEntry[] =>
  list(reply).map((entry) => {
    const [id, fields] = list(entry);
    return { id: String(id), value: String(list(fields)[1]) };
  });

/** The stop that waited for a run, or a stop-all since the run arrived. */
export function wishedStop(run: RunInfo, want: unknown, stoppedAll: unknown): StopIntent | null {
  if (typeof want === 'string' && want !== '') {
    const intent = stopIn(want);
    if (intent !== null && mayStop(run, intent)) return intent;
  }
  return stoppedAll === '1' ? stopAllIntent(run) : null;
}

/** A stop as it stands in Redis; `null` for what somebody else has put there. */
export function stopIn(message: string): StopIntent | null {
  try {
    const intent = JSON.parse(message) as Partial<StopIntent> | null;
    // What has an id is what a node has written.
    return typeof intent?.runId === 'string' ? (intent as StopIntent) : null;
  } catch {
    return null;
  }
}
