'use client';
import {
  type AppendMessage,
  type AssistantRuntime,
  MessageNotSentError,
  type ThreadMessage,
  useExternalStoreRuntime,
} from '@assistant-ui/react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { type Generation, mayGrow, type Message, type Snapshot } from '../../core/index.js';
import { createThreadMessages } from './createThreadMessages.js';

/** What a thread is made of: what `useConversation` gives, or the same of a chat of your own. */
export interface ThreadConversation {
  /** What was said, with the answer that is being written. */
  messages: readonly Message[];
  /** The answer that is being written, or was last. */
  answer: Pick<Generation<never>, 'subscribe' | 'getSnapshot' | 'stop' | 'regenerate'>;
  /** Sends a person's text; resolves when its answer is over. */
  send(text: string): Promise<Snapshot>;
  /** How far the history is. @default 'none' */
  history?: 'loading' | 'ready' | 'failed' | 'none';
}

/** A runtime of assistant-ui over answers that can be stopped. */
export function useStopkitRuntime({
  messages,
  answer,
  send,
  history,
}: ThreadConversation): AssistantRuntime {
  const { subscribe, getSnapshot, stop, regenerate } = answer;
  const [toThread] = useState(createThreadMessages);
  const messageRepository = useMemo(() => toThread(messages), [toThread, messages]);
  // Not while `stopping`: what is asked of the server then holds no next message up.
  const isRunning = useSyncExternalStore(
    subscribe,
    () => mayGrow(getSnapshot().status),
    () => false,
  );

  return useExternalStoreRuntime<ThreadMessage>(
    useMemo(
      () => ({
        messageRepository,
        isRunning,
        isLoading: history === 'loading',
        async onNew(message: AppendMessage) {
          const { stopRecord } = await send(textOf(message));
          // By this error the composer knows that it may give the draft back.
          if (stopRecord?.unsent === true) throw new MessageNotSentError();
        },
        async onCancel() {
          await stop();
        },
        async onReload(parentId: string | null) {
          const index = messages.findLastIndex(({ id }) => id === parentId);
          const question = messages[index];
          const before = getSnapshot().runId;
          const isLast = index === messages.length - 2;
          const { runId } = isLast ? await regenerate() : getSnapshot();
          // What this page did not ask has no answer to make again; its question can be asked again.
          if (runId === before && question?.role === 'user') await send(question.snapshot.text);
        },
      }),
      [messages, messageRepository, isRunning, history, send, getSnapshot, stop, regenerate],
    ),
  );
}

function textOf({ role, content, attachments }: AppendMessage): string {
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const isText = texts.length === content.length && (attachments ?? []).length === 0;
  if (role !== 'user' || !isText) {
    throw new Error(
      'stopkit: this message cannot be sent, because only the text of a person can. Append a user message of text.',
    );
  }
  return texts.join('\n\n');
}
