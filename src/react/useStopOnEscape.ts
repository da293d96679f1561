'use client';
import { type RefObject, useEffect } from 'react';
import type { Stoppable } from '../core/index.js';
import { addEscapeTarget } from './escapeTargets.js';

/** Where Escape counts as meant for this generation. */
export interface UseStopOnEscapeOptions {
  /** While the focus is in this element Escape stops this generation and no other, also in a dialog that is not modal. */
  within?: RefObject<Element | null>;
  /** @default true */
  enabled?: boolean;
}

/** Escape stops the generation that contains the focus, else the only one that runs; open dialogs and menus come first. */
export function useStopOnEscape(
  generation: Stoppable,
  { within, enabled = true }: UseStopOnEscapeOptions = {},
): void {
  const { subscribe, getSnapshot, isActive, stop, retryStop } = generation;
  useEffect(() => {
    if (!enabled) return;
    return addEscapeTarget({
      generation: { subscribe, getSnapshot, isActive, stop, retryStop },
      within: () => within?.current ?? null,
    });
  }, [subscribe, getSnapshot, isActive, stop, retryStop, within, enabled]);
}
