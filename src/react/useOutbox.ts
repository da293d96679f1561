'use client';
import { useRef, useSyncExternalStore } from 'react';
import { isActive, mayGrow, type Stoppable } from '../core/index.js';
import { createMessageQueue, type MessageQueue, type QueuedMessage } from './createMessageQueue.js';
import { useBrowserLayoutEffect } from './useBrowserLayoutEffect.js';
import { useTold } from './useTold.js';

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
  /** Sends the draft, or puts it in line behind the answer that runs; whether it waits there. */
  submit(): boolean;
  messages: readonly QueuedMessage[];
  /** They wait for the person, though somebody else's answer may run. */
  isHeld: boolean;
  sendNext(): void;
  remove(id: number): void;
  /** Makes a draft of a waiting message. */
  edit(id: number): void;
  /** The message that was stopped before it had an answer. */
  unanswered: string | null;
  /** Makes a draft of it. */
  editUnanswered(): void;
}

// By what a generation is known: its `subscribe` is the same for its whole life.
const kept = new WeakMap<Stoppable['subscribe'], MessageQueue>();

/** What was written for a generation, also by a composer that has gone. */
function queueOf(subscribe: Stoppable['subscribe']): MessageQueue {
  const queue = kept.get(subscribe) ?? createMessageQueue();
  // A server renders for many people: what one has written must not reach another.
  if (typeof document !== 'undefined') kept.set(subscribe, queue);
  return queue;
}

/** Whether what was sent last has an answer, or a part of one. */
const isAnswered = ({ status, stopRecord }: ReturnType<Stoppable['getSnapshot']>): boolean =>
  status === 'complete' || (stopRecord !== null && stopRecord.seenChars > 0);

/** Keeps what a person writes, for each generation apart: only they send it, edit it, or throw it away. */
export function useOutbox(generation: Stoppable, options: OutboxOptions): Outbox {
  const { subscribe, getSnapshot } = generation;
  const queue = queueOf(subscribe);
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
    queue.isHeld = false;
    queue.change({ sent: text, sentOver: getSnapshot() });
    options.onSend(text);
  };
  const sendNext = (): void => {
    const [next] = queue.getSnapshot().messages;
    if (next === undefined) return;
    send(next.text);
    queue.take(next.id);
  };
  const editUnanswered = (): void => {
    // As it is now: another composer of the same answer may have it already.
    const { sent: question } = queue.getSnapshot();
    queue.change({ sent: null });
    putBack(question);
  };

  const latest = useRef<Pick<Outbox, 'sendNext' | 'editUnanswered'> & Pick<Stoppable, 'subscribe'>>(
    null,
  );
  useBrowserLayoutEffect(() => {
    latest.current = { subscribe, sendNext, editUnanswered };
    return () => {
      latest.current = null;
    };
  });
  useBrowserLayoutEffect(() => {
    let before = getSnapshot();
    // Answered while no composer was there to see it.
    if (queue.getSnapshot().sentOver !== before && isAnswered(before)) queue.change({ sent: null });
    // So has what waited behind it, also where another one runs by now: that is the person's to send.
    const goesOn = isActive(before.status) && queue.runId === before.runId;
    if (queue.getSnapshot().messages.length > 0 && !goesOn) {
      queue.isHeld = true;
      queue.change({});
    }
    queue.runId = before.runId;
    // A stop that came too late is a stop all the same: after it the person decides.
    const isComplete = (): boolean => {
      const { status, stopRecord } = getSnapshot();
      return status === 'complete' && stopRecord === null;
    };
    return subscribe(() => {
      const state = getSnapshot();
      const runs = isActive(state.status);
      const ended = isActive(before.status) && !runs;
      before = state;
      queue.runId = state.runId;
      if (runs) queue.released = null;
      if (!ended) return;
      if (!isComplete()) queue.isHeld = true;
      // What goes on with the answer may be stopped before its first word.
      if (isAnswered(state)) queue.change({ sent: null });
      // Everybody else hears of the end first, and may have begun something.
      queueMicrotask(() => {
        const now = latest.current;
        // The composer has gone, or shows another one by now: the queue waits for the person.
        if (now?.subscribe !== subscribe || queue.released === state) return;
        queue.released = state;
        if (isComplete() && !queue.isHeld) now.sendNext();
        else if (getSnapshot().stopRecord?.unsent === true) now.editUnanswered();
      });
    });
  }, [queue, subscribe, getSnapshot]);

  const wordless = useTold(
    generation,
    ({ status, stopRecord }) =>
      status === 'stopped' && stopRecord?.by === 'user' && stopRecord.seenChars === 0,
    false,
  );

  return {
    draft,
    write,
    submit() {
      const runs = mayGrow(getSnapshot().status);
      if (draft.trim() === '' || (runs && !options.queues)) return false;
      write('');
      if (runs) {
        queue.add(draft);
        return true;
      }
      try {
        send(draft);
      } catch (refused) {
        write(draft);
        throw refused;
      }
      return false;
    },
    messages,
    isHeld: queue.isHeld,
    sendNext,
    remove: (id) => void queue.take(id),
    edit: (id) => putBack(queue.take(id)),
    unanswered: wordless ? sent : null,
    editUnanswered,
  };
}
