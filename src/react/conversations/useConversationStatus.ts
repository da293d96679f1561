'use client';
import { useMemo } from 'react';
import type { ConnectionState, Status, Stoppable, StopRecord } from '../../core/index.js';
import { useGenerationStatus } from '../useGenerationStatus.js';
import { useTold } from '../useTold.js';
import { useHeldConversations } from './ConversationStatusProvider.js';
import { useConnection } from './useConnection.js';

/** A conversation as far as a Stop button needs it. */
export interface UseConversationStatusResult extends Stoppable {
  status: Status;
  stopping: boolean;
  stopRecord: StopRecord | null;
  connection: ConnectionState;
}

/** The status of a conversation, whoever started what runs in it; it never renders for text. */
export function useConversationStatus(id: string): UseConversationStatusResult {
  const { conversations } = useHeldConversations();
  const { stoppable } = conversations.conversation(id);
  const status = useGenerationStatus(stoppable);
  const stopRecord = useTold(stoppable, (told) => told.stopRecord, null);
  const connection = useConnection(id);
  return useMemo(
    () => ({ ...stoppable, status, stopping: status === 'stopping', stopRecord, connection }),
    [stoppable, status, stopRecord, connection],
  );
}
