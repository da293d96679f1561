'use client';
import { useState, useSyncExternalStore } from 'react';
import type { Snapshot } from '../core/index.js';
import { isEarlier } from './textAfter.js';

/** Something that changes, and says so. */
export interface Store<State> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): State;
}

const stand = (): (() => void) => () => undefined;
const asItIs = <State>(now: State): State => now;

/** What an answer shows now: of a generation as it goes on, of a plain snapshot as it is. */
export function useSnapshot<State extends object>(
  answer: Store<State> | State,
  select: (now: State) => State = asItIs,
): State {
  // What a hook gives is both: a store, and the snapshot of the server and of hydration.
  const itself = (): State => answer as State;
  const [subscribe, getSnapshot] =
    'subscribe' in answer
      ? [answer.subscribe, () => select(answer.getSnapshot())]
      : [stand, itself];
  return useSyncExternalStore(subscribe, getSnapshot, 'status' in answer ? itself : getSnapshot);
}

/** The same, but for the growth of the text that is being written, which `TextBlocks` follows by itself. */
export function useOutline(answer: Store<Snapshot> | Snapshot): Snapshot {
  const [select] = useState(createOutline);
  return useSnapshot(answer, select);
}

function createOutline(): (now: Snapshot) => Snapshot {
  let last: Snapshot | null = null;
  return (now) => {
    if (last === null || !onlyGrew(last, now)) last = now;
    return last;
  };
}

/** Whether nothing has happened since but more of the last text. */
function onlyGrew(before: Snapshot, now: Snapshot): boolean {
  const last = now.parts.length - 1;
  return (
    before.status === 'streaming' &&
    now.status === 'streaming' &&
    before.runId === now.runId &&
    before.parts.length === now.parts.length &&
    now.parts.every((part, index) => {
      const then = before.parts[index];
      if (part === then) return true;
      // What is said again is another text, which `TextBlocks` cannot tell from the one it was given.
      return (
        index === last && part.type === 'text' && then?.type === 'text' && isEarlier(then, part)
      );
    })
  );
}
