'use client';
import { useSyncExternalStore } from 'react';

/** Something that changes, and says so. */
interface Store<State> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): State;
}

const stand = (): (() => void) => () => undefined;

/** What an answer shows now: of a generation as it goes on, of a plain snapshot as it is. */
export function useSnapshot<State extends object>(answer: Store<State> | State): State {
  // What a hook gives is both: a store, and the snapshot of the server and of hydration.
  const itself = (): State => answer as State;
  const [subscribe, getSnapshot] =
    'subscribe' in answer ? [answer.subscribe, answer.getSnapshot] : [stand, itself];
  return useSyncExternalStore(subscribe, getSnapshot, 'status' in answer ? itself : getSnapshot);
}
