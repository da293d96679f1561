'use client';
import { useMemo, useSyncExternalStore } from 'react';
import {
  type ConversationInfo,
  type Conversations,
  type ConversationsSnapshot,
  isRunning,
  type Stoppable,
} from '../../core/index.js';
import { useHeldConversations } from './ConversationStatusProvider.js';

/** What runs, and the ways to stop it. */
export interface UseActiveConversationsResult
  extends
    Pick<Conversations, 'stop' | 'stopAll' | 'refresh'>,
    Pick<ConversationsSnapshot, 'connection' | 'list'> {
  conversations: readonly ConversationInfo[];
  /** What is known of the list itself. */
  state: 'loading' | 'ready' | 'error' | 'disconnected';
  /** Stops several. */
  stopMany(ids: readonly string[]): void;
  /** One of them, for a Stop button. */
  stoppable(id: string): Stoppable;
}

const NOWHERE: ConversationsSnapshot = {
  conversations: new Map(),
  connection: 'closed',
  list: 'loading',
};

/** Every conversation that runs, in the order in which they became known. */
export function useActiveConversations(): UseActiveConversationsResult {
  const { conversations } = useHeldConversations();
  const snapshot = useSyncExternalStore(
    conversations.subscribe,
    conversations.getSnapshot,
    () => NOWHERE,
  );
  return useMemo(
    () => ({
      conversations: [...snapshot.conversations.values()].filter(({ status }) => isRunning(status)),
      connection: snapshot.connection,
      list: snapshot.list,
      state: stateOf(snapshot),
      stop: conversations.stop,
      stopMany(ids) {
        for (const id of ids) void conversations.stop(id);
      },
      stopAll: conversations.stopAll,
      refresh: conversations.refresh,
      stoppable: (id) => conversations.conversation(id).stoppable,
    }),
    [snapshot, conversations],
  );
}

function stateOf({
  list,
  connection,
}: ConversationsSnapshot): UseActiveConversationsResult['state'] {
  if (connection === 'reconnecting') return 'disconnected';
  if (list === 'failed') return 'error';
  return list;
}
