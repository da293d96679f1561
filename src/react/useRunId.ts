'use client';
import { useSyncExternalStore } from 'react';
import type { Stoppable } from '../core/index.js';

/** Which run it is; empty where that has no name. */
export function useRunId(generation: Stoppable): string {
  return useSyncExternalStore(
    generation.subscribe,
    () => generation.getSnapshot().runId ?? '',
    () => '',
  );
}
