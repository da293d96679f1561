import type { StreamEvent } from '../core/index.js';

/** A delta, if what the wire gave as one is text and not empty. */
export function toDelta(type: 'text' | 'reasoning', said: unknown): StreamEvent[] {
  return typeof said === 'string' && said !== '' ? [{ type, delta: said }] : [];
}
