/** A message that waits for the answer to end. */
export interface QueuedMessage {
  id: number;
  text: string;
}

/** Messages in the order in which they will be sent. */
export interface MessageQueue {
  subscribe(listener: () => void): () => void;
  getSnapshot(): readonly QueuedMessage[];
  add(text: string): void;
  /** Takes a message out, the first one without an id; `null` when there is none. */
  take(id?: number): string | null;
}

/** A queue of messages; nothing leaves it by itself. */
export function createMessageQueue(): MessageQueue {
  const listeners = new Set<() => void>();
  let messages: readonly QueuedMessage[] = [];
  let lastId = 0;
  const replace = (next: readonly QueuedMessage[]): void => {
    messages = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    getSnapshot: () => messages,
    add(text) {
      lastId += 1;
      replace([...messages, { id: lastId, text }]);
    },
    take(id = messages[0]?.id) {
      const taken = messages.find((message) => message.id === id);
      if (taken === undefined) return null;
      replace(messages.filter((message) => message !== taken));
      return taken.text;
    },
  };
}
