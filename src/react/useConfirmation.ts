'use client';
import { useSyncExternalStore } from 'react';
import type { Confirmation, Stoppable } from '../core/index.js';

/** What is known of the server's side of the last stop; `null` when nothing was stopped. */
export function useConfirmation(generation: Stoppable): Confirmation | null {
  return useSyncExternalStore(
    generation.subscribe,
    () => generation.getSnapshot().stopRecord?.confirmation ?? null,
    () => null,
  );
}
