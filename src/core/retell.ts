import { GenerationError } from './GenerationError.js';
import type { Snapshot } from './Snapshot.js';
import type { StreamEvent } from './StreamEvent.js';

/** A stored answer, as its source would have said it. */
export function retell(stored: Snapshot): readonly StreamEvent[] {
  return [
    { type: 'replay' },
    ...(stored.text === '' ? [] : [{ type: 'text', delta: stored.text } as const]),
    endOf(stored),
  ];
}

/** How a stored answer ended. */
export function endOf(stored: Snapshot): StreamEvent {
  if (stored.status === 'stopped') {
    const reason = stored.stopRecord?.reason ?? 'server';
    return { type: 'done', outcome: 'stopped', reason };
  }
  if (stored.status === 'error') return { type: 'done', outcome: 'interrupted' };
  return { type: 'done', ...(stored.finishReason === null ? {} : { reason: stored.finishReason }) };
}

/** A turn that a newer one took the place of: how it ended, only the history knows. */
export function toMissed(snapshot: Snapshot): Snapshot {
  const error = new GenerationError('interrupted', 'The end of this answer was missed.');
  return { ...snapshot, status: 'error', error };
}
