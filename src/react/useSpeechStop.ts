'use client';
import { useEffect, useMemo } from 'react';
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
  const asks = requestStop !== undefined;
  const voice = useMemo<OwnVoice>(
    () => createVoice(generation, requestStop),
    // Everything a hook returns is new with every token; a generation's functions are not.
    // oxlint-disable-next-line react/exhaustive-deps -- `subscribe` is its identity, and `update` brings a new function
    [subscribe, asks],
  );
  useEffect(() => voice.update(requestStop));
  useEffect(() => voice.follow(), [voice]);
  useEffect(() => () => voice.leave(), [voice, conversationId]);
  return voice;
}
