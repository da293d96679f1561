'use client';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import {
  type ConnectionState,
  type Generation,
  type Message,
  mergeMessages,
  type SeenTurn,
  type Snapshot,
} from '../../core/index.js';
import { useHeldConversations } from './ConversationStatusProvider.js';
import { useConnection } from './useConnection.js';

/** A conversation and what a page does with it. */
export interface UseConversationResult {
  /** What is stored and what is being written, each message once. */
  messages: readonly Message[];
  /** The answer that is being written, or was last. */
  answer: Generation<string>;
  /** What a message is drawn from: the answer itself where it is that one, which grows and can be stopped; else what is stored. */
  generationOf(message: Message): Generation<string> | Snapshot;
  /** Sends a person's text; resolves when its answer is over. */
  send(text: string): Promise<Snapshot>;
  /** Whether events arrive; `reconnecting` also while only this answer's connection is lost. */
  connection: ConnectionState;
  /** How far the history is; `none` where the backend has none. */
  history: 'loading' | 'ready' | 'failed' | 'none';
  /** Reads the history again. */
  reload(): Promise<void>;
}

const NOTHING: readonly Message[] = [];
const NO_TURNS: readonly SeenTurn[] = [];

/** One conversation on the screen: its messages, its answer, and the way to send. */
export function useConversation(id: string): UseConversationResult {
  const held = useHeldConversations();
  const { conversations, readHistory } = held;
  const conversation = conversations.conversation(id);
  const { answer } = conversation;

  useEffect(() => conversations.watch(id), [conversations, id]);
  const turns = useSyncExternalStore(
    conversations.subscribe,
    conversation.getTurns,
    () => NO_TURNS,
  );
  const connection = useConnection(id);
  const { data, status, refetch } = useQuery(
    {
      queryKey: held.historyKey(id),
      queryFn: () => readHistory(id),
      enabled: held.canReadHistory,
      // The conversations know when it must be read while it is shown; a window that gets the focus knows less.
      staleTime: Infinity,
      refetchOnMount: true,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // A server on this machine is there without a network, and a reading that waits for one would never be over.
      networkMode: 'always',
      // One that failed is told by `history`, and takes no answer off the screen.
      throwOnError: false,
      // An app's queries may keep the previous data: here that is another conversation.
      placeholderData: () => undefined,
    },
    held.queryClient,
  );
  const messages = useMemo(() => mergeMessages(data ?? NOTHING, turns), [data, turns]);
  const newest = turns.at(-1);
  const generationOf = useCallback(
    ({ id: messageId, snapshot }: Message) => {
      if (messageId !== newest?.id) return snapshot;
      const { runId, status, text } = newest.snapshot;
      // Of what the person has not stopped here more may be stored than this page has.
      const isStored =
        (status === 'stopped' && snapshot.text.length > text.length) ||
        (snapshot !== newest.snapshot && ['complete', 'error'].includes(status));
      return isStored || runId !== answer.getSnapshot().runId ? snapshot : answer;
    },
    [answer, newest],
  );
  const reload = useCallback(async () => {
    await refetch();
  }, [refetch]);

  return {
    messages,
    answer,
    generationOf,
    send: answer.start,
    connection,
    history: held.canReadHistory ? HISTORY[status] : 'none',
    reload,
  };
}

const HISTORY = { pending: 'loading', error: 'failed', success: 'ready' } as const;
