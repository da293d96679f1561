import {
  type Generation,
  idleSnapshot,
  isActive,
  type Snapshot,
  type StopRecord,
} from 'stopkit/core';

/** A generation that stands still in one snapshot, for a story or a test of how it looks. */
export function literalGeneration(snapshot: Partial<Snapshot> = {}): Generation {
  const whole: Snapshot = {
    ...idleSnapshot,
    ...(snapshot.text === undefined ? {} : { parts: [{ type: 'text', text: snapshot.text }] }),
    ...snapshot,
  };
  const same = (): Promise<Snapshot> => Promise.resolve(whole);
  const record = (): Promise<StopRecord | null> => Promise.resolve(whole.stopRecord);
  return {
    subscribe: () => () => undefined,
    getSnapshot: () => whole,
    isActive: () => isActive(whole.status),
    stop: record,
    retryStop: record,
    start: same,
    regenerate: same,
    continueAnswer: same,
    reset: () => undefined,
    dispose: () => undefined,
  };
}

/** A stop as a story tells it: by a person, confirmed, after 84 ms. */
export function literalStop(record: Partial<StopRecord> = {}): StopRecord {
  return {
    runId: 'run-of-a-story',
    reason: 'user',
    by: 'user',
    at: Date.UTC(2026, 0, 1),
    seenChars: 42,
    frozenMs: 1,
    answeredMs: 84,
    confirmation: 'confirmed',
    ...record,
  };
}
