'use client';
import { useEffect, useMemo, useRef } from 'react';
import type { Generation, RequestStop } from '../core/index.js';
import { createVoice, type OwnVoice, type Voice } from './createVoice.js';

/** Whose voice it is. */
export interface UseSpeechStopOptions {
  /** A change of it silences. */
  conversationId?: string;
  /** Tells a server that speaks. */
  requestStop?: RequestStop;
}

/** Silences what is heard of an answer, at a stop of scope `speech` or `all` and when the conversation changes. */
export function useSpeechStop<Input>(
  generation: Generation<Input>,
  { conversationId, requestStop }: UseSpeechStopOptions = {},
): Voice {
  const { subscribe } = generation;
  const tell = useRef(requestStop);
  useEffect(() => {
    tell.current = requestStop;
  });
  const asks = requestStop !== undefined;
  const voice = useMemo<OwnVoice>(
    () => {
      const ask: RequestStop = async (request, init) =>
        (await tell.current?.(request, init)) ?? { outcome: 'stopped' };
      return createVoice(generation, asks ? ask : undefined);
    },
    // Everything a hook returns is new with every token; a generation's functions are not.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `subscribe` is its identity
    [subscribe, asks],
  );
  useEffect(() => voice.follow(), [voice]);
  useEffect(() => () => voice.leave(), [voice, conversationId]);
  return voice;
}
