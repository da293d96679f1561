'use client';
import type { Confirmation, Stoppable } from '../core/index.js';
import { useTold } from './useTold.js';

/** What is known of the server's side of the last stop; `null` when nothing was stopped. */
export const useConfirmation = (generation: Stoppable): Confirmation | null =>
  useTold(generation, ({ stopRecord }) => stopRecord?.confirmation ?? null, null);
