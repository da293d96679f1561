'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import {
  createGeneration,
  type Generation,
  type GenerationOptions,
  idleSnapshot,
  type Snapshot,
  type Source,
} from '../core/index.js';
import { fetchSource } from '../formats/fetchSource.js';
import { publishByFrame } from './publishByFrame.js';

/** What a generation in a component is made of. */
export interface UseGenerationOptions<Input> extends Omit<
  GenerationOptions<Input>,
  'source' | 'publish'
> {
  /** The URL that is asked for answers. */
  api?: string;
  source?: Source<Input>;
}

/** A generation and what it shows now. */
export type UseGenerationResult<Input> = Snapshot & Generation<Input>;

/** An answer that streams, can be stopped, and belongs to this component. */
export function useGeneration<Input = string>(
  options: UseGenerationOptions<Input>,
): UseGenerationResult<Input> {
  const [generation] = useState(() => {
    const { api, source, ...rest } = options;
    return createGeneration<Input>({
      publish: publishByFrame,
      ...rest,
      source: source ?? fetchSource<Input>({ url: api ?? '' }),
    });
  });
  const mounts = useRef(0);
  const snapshot = useSyncExternalStore(
    generation.subscribe,
    generation.getSnapshot,
    () => idleSnapshot,
  );
  useEffect(() => {
    // StrictMode mounts, unmounts and mounts again in one task: only an unmount that lasts is one.
    mounts.current += 1;
    return () => {
      mounts.current -= 1;
      setTimeout(() => {
        if (mounts.current === 0) generation.dispose();
      });
    };
  }, [generation]);
  return { ...snapshot, ...generation };
}
