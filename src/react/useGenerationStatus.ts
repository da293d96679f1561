'use client';
import { useSyncExternalStore } from 'react';
import type { Status, Stoppable } from '../core/index.js';

/** The status alone: the component renders when it changes, and never for text. */
export function useGenerationStatus(generation: Stoppable): Status {
  return useSyncExternalStore(
    generation.subscribe,
    () => generation.getSnapshot().status,
    () => 'idle' as const,
  );
}
