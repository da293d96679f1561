import { useEffect, useRef } from 'react';
import type { ConversationInfo } from '../core/index.js';
import { conversationPhase } from './conversationPhase.js';

/** Follows conversations that were stopped together, and tells once how many of them were. */
export function useStoppedTogether(
  conversations: readonly ConversationInfo[],
  onAnswered: (stopped: number, all: number) => void,
): (ids: readonly string[]) => void {
  const together = useRef<readonly string[]>([]);
  const tell = useRef(onAnswered);
  useEffect(() => {
    tell.current = onAnswered;
  });
  useEffect(() => {
    const ids = together.current;
    const phases = conversations
      .filter(({ id }) => ids.includes(id))
      .map((info) => conversationPhase(info));
    const waits = phases.some((phase) => phase === 'run' || phase === 'stopping');
    if (ids.length === 0 || waits) return;
    together.current = [];
    // One that is not in the list any more has ended.
    tell.current(ids.length - phases.filter((phase) => phase === 'retry').length, ids.length);
  }, [conversations]);
  return (ids) => {
    together.current = [...new Set([...together.current, ...ids])];
  };
}
