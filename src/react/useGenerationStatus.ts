'use client';
import type { Status, Stoppable } from '../core/index.js';
import { useTold } from './useTold.js';

/** The status alone: the component renders when it changes, and never for text. */
export const useGenerationStatus = (generation: Stoppable): Status =>
  useTold(generation, ({ status }) => status, 'idle');
