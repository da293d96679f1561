'use client';
import { useSyncExternalStore } from 'react';
import type { Stoppable } from '../core/index.js';

/** One thing that is known of a generation: the component renders when it changes, and never for text. */
export function useTold<Value>(
  generation: Stoppable,
  read: (snapshot: ReturnType<Stoppable['getSnapshot']>) => Value,
  before: Value,
): Value {
  return useSyncExternalStore(
    generation.subscribe,
    () => read(generation.getSnapshot()),
    () => before,
  );
}
