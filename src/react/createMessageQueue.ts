import { createListeners } from '../core/createListeners.js';

/** A message that waits for the answer to end. */
export interface QueuedMessage {
  id: number;
  text: string;
}

/** What a person has written, from the text that was sent last to the draft. */
export interface Written {
  sent: string | null;
  /** What was on the screen when it was sent. */
  sentOver: object | null;
  /** In the order in which they will be sent. */
  messages: readonly QueuedMessage[];
  draft: string;
}

/** Messages on their way from the draft to where they are sent. */
export interface MessageQueue {
  subscribe(listener: () => void): () => void;
  getSnapshot(): Written;
  change(part: Partial<Written>): void;
  add(text: string): void;
  /** The end of an answer with which a message has gone, however many composers there are; `null` while one runs. */
  released?: object | null;
  /** An answer that was asked for here did not come to its end: nothing goes before the person has acted. */
  isHeld: boolean;
  /** The run that a composer saw last. */
  runId?: string | null | undefined;
  /** Takes a message out; `null` when it has gone already. */
  take(id: number): string | null;
}

/** A queue of messages; nothing leaves it by itself. */
export function createMessageQueue(): MessageQueue {
  const listeners = createListeners();
  let written: Written = { sent: null, sentOver: null, messages: [], draft: '' };
  let lastId = 0;
  const change = (part: Partial<Written>): void => {
    written = { ...written, ...part };
    listeners.tell();
  };
  const queue: MessageQueue = {
    subscribe: listeners.add,
    getSnapshot: () => written,
    change,
    isHeld: false,
    add(text) {
      lastId += 1;
      // It waits for the answer that runs, not for the person who stopped another.
      if (written.messages.length === 0) queue.isHeld = false;
      change({ messages: [...written.messages, { id: lastId, text }] });
    },
    take(id) {
      const taken = written.messages.find((message) => message.id === id);
      if (taken === undefined) return null;
      change({ messages: written.messages.filter((message) => message !== taken) });
      return taken.text;
    },
  };
  return queue;
}
