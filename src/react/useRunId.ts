'use client';
import type { Stoppable } from '../core/index.js';
import { useTold } from './useTold.js';

/** Which run it is; empty where that has no name. */
export const useRunId = (generation: Stoppable): string =>
  useTold(generation, ({ runId }) => runId ?? '', '');
