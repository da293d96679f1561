import type { StreamEvent } from '../core/index.js';

/** Adds a delta, if what the wire gave as one is text and not empty. */
export function addDelta(
  events: StreamEvent[],
  type: 'text' | 'reasoning',
  said: unknown,
): StreamEvent[] {
  if (typeof said === 'string' && said !== '') events.push({ type, delta: said });
  return events;
}
