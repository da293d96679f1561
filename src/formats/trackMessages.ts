import type { StreamEvent } from '../core/index.js';
import { addDelta } from './addDelta.js';

/** The texts of the messages that one answer is made of. */
export interface MessageTracker {
  /** Adds a delta, if it is text and not empty; a message that follows another is a paragraph of its own. */
  add(message: string | number, said: unknown): StreamEvent[];
  /** Adds a delta of reasoning, and what comes after it stands apart. */
  think(said: unknown): StreamEvent[];
  /** A part of another kind follows, and what comes after it stands apart. */
  leave(): void;
}

/** Keeps the messages of one answer from being glued together. */
export function trackMessages(): MessageTracker {
  /** The message whose text stands at the end of the answer. */
  let last: string | number | null = null;
  return {
    add(message, said) {
      if (typeof said !== 'string' || said === '') return [];
      const between = last === null || last === message ? '' : '\n\n';
      last = message;
      return [{ type: 'text', delta: between + said }];
    },
    think(said) {
      const events = addDelta([], 'reasoning', said);
      if (events.length > 0) last = null;
      return events;
    },
    leave() {
      last = null;
    },
  };
}
