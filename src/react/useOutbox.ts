'use client';
import { useRef, useState, useSyncExternalStore } from 'react';
import { isActive, mayGrow, type Stoppable } from '../core/index.js';
import { createMessageQueue, type MessageQueue, type QueuedMessage } from './createMessageQueue.js';
import { useBrowserLayoutEffect } from './useBrowserLayoutEffect.js';

/** What an outbox needs. */
export interface OutboxOptions {
  onSend: (text: string) => void;
  /** Whether messages wait while an answer runs. */
  queues: boolean;
  draft?: string | undefined;
  onDraftChange?: ((draft: string) => void) | undefined;
}

/** What a person has written and not, or not yet, sent. */
export interface Outbox {
  draft: string;
  write(draft: string): void;
  /** Sends the draft, or puts it in line behind the answer that runs. */
  submit(): 'sent' | 'queued' | 'kept';
  messages: readonly QueuedMessage[];
  getMessages(): readonly QueuedMessage[];
  sendNext(): void;
  remove(id: number): void;
  /** Makes a draft of a waiting message. */
  edit(id: number): void;
  /** The message that was stopped before it had an answer. */
  unanswered: string | null;
  /** Makes a draft of it. */
  editUnanswered(): void;
}

/** Keeps what a person writes, for each generation apart: only they send it, edit it, or throw it away. */
export function useOutbox(generation: Stoppable, options: OutboxOptions): Outbox {
  const { subscribe, getSnapshot } = generation;
  // By what a generation is known: its `subscribe` is the same for its whole life.
  const [queues] = useState(() => new WeakMap<Stoppable['subscribe'], MessageQueue>());
  const queue = queues.get(subscribe) ?? createMessageQueue();
  queues.set(subscribe, queue);
  const written = useSyncExternalStore(queue.subscribe, queue.getSnapshot, queue.getSnapshot);
  const { sent, messages, draft: ownDraft } = written;
  const draft = options.draft ?? ownDraft;

  const write = (text: string): void => {
    queue.change({ draft: text });
    options.onDraftChange?.(text);
  };
  const putBack = (text: string | null): void => {
    if (text !== null) write(draft.trim() === '' ? text : `${text}\n${draft}`);
  };
  const send = (text: string): void => {
    queue.change({ sent: text });
    options.onSend(text);
  };
  const sendNext = (): void => {
    const next = queue.take();
    if (next !== null) send(next);
  };
  const editUnanswered = (): void => {
    queue.change({ sent: null });
    putBack(sent);
  };

  const latest = useRef({ subscribe, sendNext, editUnanswered });
  useBrowserLayoutEffect(() => {
    latest.current = { subscribe, sendNext, editUnanswered };
  });
  useBrowserLayoutEffect(() => {
    let before = getSnapshot();
    // A stop that came too late is a stop all the same: after it the person decides.
    const isComplete = (): boolean => {
      const { status, stopRecord } = getSnapshot();
      return status === 'complete' && stopRecord === null;
    };
    return subscribe(() => {
      const now = getSnapshot();
      const ended = isActive(before.status) && !isActive(now.status);
      before = now;
      if (!ended) return;
      // Answered, though what goes on with the answer may be stopped before its first word.
      if (now.status === 'complete' || now.stopRecord?.seenChars) queue.change({ sent: null });
      // Everybody else hears of the end first, and may have begun something.
      queueMicrotask(() => {
        // Another one is shown by now: the queue waits for the person.
        if (latest.current.subscribe !== subscribe) return;
        if (isComplete()) latest.current.sendNext();
        else if (getSnapshot().stopRecord?.unsent === true) latest.current.editUnanswered();
      });
    });
  }, [queue, subscribe, getSnapshot]);

  const wordless = useSyncExternalStore(
    subscribe,
    () => {
      const { status, stopRecord } = getSnapshot();
      return status === 'stopped' && stopRecord?.by === 'user' && stopRecord.seenChars === 0;
    },
    () => false,
  );

  return {
    draft,
    write,
    submit() {
      if (draft.trim() === '') return 'kept';
      const runs = mayGrow(getSnapshot().status);
      if (runs && !options.queues) return 'kept';
      write('');
      if (runs) queue.add(draft);
      else send(draft);
      return runs ? 'queued' : 'sent';
    },
    messages,
    getMessages: queue.getMessages,
    sendNext,
    remove: (id) => void queue.take(id),
    edit: (id) => putBack(queue.take(id)),
    unanswered: wordless ? sent : null,
    editUnanswered,
  };
}
