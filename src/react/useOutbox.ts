'use client';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { isActive, mayGrow, type Stoppable } from '../core/index.js';
import { createMessageQueue, type QueuedMessage } from './createMessageQueue.js';

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

const none: readonly never[] = [];

/** Keeps what a person writes: only they send it, edit it, or throw it away. */
export function useOutbox(generation: Stoppable, options: OutboxOptions): Outbox {
  const [ownDraft, setOwnDraft] = useState('');
  const [sent, setSent] = useState<string | null>(null);
  const [queue] = useState(createMessageQueue);
  const messages = useSyncExternalStore(queue.subscribe, queue.getSnapshot, () => none);
  const draft = options.draft ?? ownDraft;
  const { subscribe, getSnapshot } = generation;

  const write = (text: string): void => {
    setOwnDraft(text);
    options.onDraftChange?.(text);
  };
  const putBack = (text: string | null): void => {
    if (text !== null) write(draft.trim() === '' ? text : `${text}\n${draft}`);
  };
  const send = (text: string): void => {
    setSent(text);
    options.onSend(text);
  };
  const sendNext = (): void => {
    const next = queue.take();
    if (next !== null) send(next);
  };
  const editUnanswered = (): void => {
    setSent(null);
    putBack(sent);
  };

  const latest = useRef({ sendNext, editUnanswered });
  useEffect(() => {
    latest.current = { sendNext, editUnanswered };
  });
  useEffect(() => {
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
      // Everybody else hears of the end first, and may have begun something.
      queueMicrotask(() => {
        if (isComplete()) latest.current.sendNext();
        else if (getSnapshot().stopRecord?.unsent === true) latest.current.editUnanswered();
      });
    });
  }, [subscribe, getSnapshot]);

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
    getMessages: queue.getSnapshot,
    sendNext,
    remove: (id) => void queue.take(id),
    edit: (id) => putBack(queue.take(id)),
    unanswered: wordless ? sent : null,
    editUnanswered,
  };
}
