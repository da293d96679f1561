'use client';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type {
  Generation,
  GenerationOptions,
  RequestStop,
  Snapshot,
  Source,
} from '../core/index.js';
import type { FetchSourceOptions } from '../formats/fetchSource.js';
import { holdGeneration } from './holdGeneration.js';
import { sharedGeneration } from './sharedGeneration.js';
import { useBrowserLayoutEffect } from './useBrowserLayoutEffect.js';

/** What a generation in a component is made of; a changed option counts from the next run on, what a stop is sent with at once. */
export interface UseGenerationOptions<Input>
  extends
    Omit<GenerationOptions<Input>, 'source' | 'publish' | 'requestStop'>,
    Omit<FetchSourceOptions<Input>, 'url'> {
  /** The URL that is asked for answers. */
  api?: string;
  /** Who is asked for answers, in place of a URL. */
  source?: Source<Input>;
  /** Components of a page that name the same id share one generation, which outlives them. */
  id?: string;
  /** What becomes of a run when the component goes. @default 'stop' */
  onUnmount?: 'stop' | 'keep';
  /** The URL that is told of a stop, or a function that tells. */
  requestStop?: string | RequestStop;
}

/** A generation and what it shows now. */
export type UseGenerationResult<Input> = Snapshot & Generation<Input>;

/** An answer that streams, can be stopped, and belongs to this component. */
export function useGeneration<Input = string>(
  options: UseGenerationOptions<Input>,
): UseGenerationResult<Input> {
  const [own] = useState(() => holdGeneration(options));
  const held = options.id === undefined ? own : sharedGeneration(options.id, options, own);
  const { generation } = held;
  // For every change, not for what was read: nobody sees a `getSnapshot` in a render, and React reads all in development.
  const snapshot = useSyncExternalStore(
    generation.subscribe,
    generation.getSnapshot,
    () => held.initial,
  );
  // Before anybody's effects, which may begin an answer; what is hidden says nothing until it is shown again.
  useBrowserLayoutEffect(() => held.say(options, own));
  useEffect(() => held.retain(own), [held, own]);
  return useMemo(() => ({ ...snapshot, ...generation }), [snapshot, generation]);
}
