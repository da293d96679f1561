'use client';
import { useSyncExternalStore } from 'react';
import type { Generation, Snapshot } from '../core/index.js';

const stand = (): (() => void) => () => undefined;

/** What an answer shows now: of a generation as it goes on, of a plain snapshot as it is. */
export function useSnapshot(answer: Generation<never> | Snapshot): Snapshot {
  const lives = 'subscribe' in answer;
  const getSnapshot = lives ? answer.getSnapshot : (): Snapshot => answer;
  return useSyncExternalStore(
    lives ? answer.subscribe : stand,
    getSnapshot,
    // What `useGeneration` gives is a snapshot as well: the one of the server and of hydration.
    'parts' in answer ? () => answer : getSnapshot,
  );
}
