import { useEffect, useRef } from 'react';
import type { ConversationInfo, StopRecord } from '../core/index.js';
import { conversationPhase } from './conversationPhase.js';

/** Follows conversations that were stopped together, and tells once how many of them have ended. */
export function useStoppedTogether(
  conversations: readonly ConversationInfo[],
  onAnswered: (ended: number, all: number) => void,
): (ids: readonly string[]) => void {
  /** Each with the stop that was known of it when it was asked for: the same one is no answer yet. */
  const together = useRef(new Map<string, StopRecord | null | undefined>());
  const tell = useRef(onAnswered);
  useEffect(() => {
    tell.current = onAnswered;
  });
  useEffect(() => {
    const asked = together.current;
    if (asked.size === 0) return;
    const followed = conversations.filter(({ id }) => asked.has(id));
    const isRetry = (info: ConversationInfo): boolean => conversationPhase(info) === 'retry';
    const waits = followed.some((info) => {
      const phase = conversationPhase(info);
      if (phase === 'retry') return info.stopRecord === asked.get(info.id);
      return phase === 'run' || phase === 'stopping';
    });
    if (waits) return;
    together.current = new Map();
    // One that is not in the list any more has ended.
    tell.current(asked.size - followed.filter(isRetry).length, asked.size);
  }, [conversations]);
  return (ids) => {
    for (const id of ids) {
      const { stopRecord } = conversations.find((info) => info.id === id) ?? {};
      together.current.set(id, stopRecord);
    }
  };
}
