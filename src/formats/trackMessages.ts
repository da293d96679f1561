import type { StreamEvent } from '../core/index.js';

/** The texts of the messages that one answer is made of. */
export interface MessageTracker {
  /** Adds a delta, if it is text and not empty; a message that follows another is a paragraph of its own. */
  add(message: string | number, said: unknown): StreamEvent[];
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
    leave() {
      last = null;
    },
  };
}
