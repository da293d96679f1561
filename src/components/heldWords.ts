import type { Stoppable } from '../core/index.js';

type Subscribe = Stoppable['subscribe'];

/** By what a generation is known: its `subscribe` is the same for its whole life. */
const held = new WeakMap<Subscribe, Set<() => string | null>>();

/** Tells the announcer what waits behind an answer, so that its end and the queue are one sentence. */
export function tellHeld(subscribe: Subscribe, words: () => string | null): () => void {
  const composers = held.get(subscribe) ?? new Set();
  held.set(subscribe, composers.add(words));
  return () => void composers.delete(words);
}

/** What waits behind an answer, in words. */
export function heldWords(subscribe: Subscribe): string | null {
  return [...(held.get(subscribe) ?? [])].at(-1)?.() ?? null;
}
