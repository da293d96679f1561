import type { Confirmation, StopAnswer, StopRecord } from '../core/index.js';

const OUTCOME: Record<Confirmation, StopAnswer['outcome'] | null> = {
  'not-asked': 'idle',
  pending: 'stopping',
  accepted: 'stopping',
  confirmed: 'stopped',
  'already-finished': 'idle',
  refused: 'refused',
  unconfirmed: null,
};

/** What a server said at a stop, for another stop that it was told of with it. */
export function answerOf(record: StopRecord | null): StopAnswer {
  const outcome = record === null ? 'idle' : OUTCOME[record.confirmation];
  if (outcome !== null) return { outcome };
  throw new Error('stopkit: the stop failed, because nobody answered. Stop again.');
}
