'use client';
import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../../core/index.js';
import { useHeldConversations } from './ConversationStatusProvider.js';

/** Whether events of a conversation arrive; `reconnecting` also while only its answer's connection is lost. */
export function useConnection(id: string): ConnectionState {
  const { conversations } = useHeldConversations();
  const conversation = conversations.conversation(id);
  return useSyncExternalStore(
    conversations.subscribe,
    () => (conversation.isCut() ? 'reconnecting' : conversations.getSnapshot().connection),
    () => 'closed' as const,
  );
}
