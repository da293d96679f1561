import type { Snapshot } from '../../core/index.js';
import type { ChatMessage } from './ChatLike.js';
import type { Places } from './createPlaces.js';

/** Writes into the messages of a chat what becomes of its runs. */
export interface Writer {
  /** A run begins. */
  begin(runId: string): void;
  /** What is known of a run now is in its message. */
  write(answer: Snapshot): void;
  /** What a person asked was never sent, and is a draft again. */
  withdraw(messageId: string): void;
  /** Messages that were taken when the run began, with what was heard since of those before it. */
  upToDate(messages: readonly ChatMessage[]): ChatMessage[];
}

/** Makes the writer of one chat. */
export function createWriter(
  places: Places,
  rewrite: (change: (messages: ChatMessage[]) => ChatMessage[]) => void,
): Writer {
  /** What was written of the runs before this one since it began. */
  const late = new Map<string, Snapshot>();
  let current: string | null = null;

  return {
    begin(runId) {
      late.clear();
      current = runId;
    },
    write(answer) {
      const { runId } = answer;
      if (runId === null) return;
      if (runId !== current) late.set(runId, answer);
      rewrite((messages) => places.mark(messages, answer));
    },
    // A microtask after those who hear of it, who read it a microtask late.
    withdraw: (messageId) =>
      queueMicrotask(() => rewrite((messages) => messages.filter(({ id }) => id !== messageId))),
    upToDate: (messages) =>
      [...late.values()].reduce((told, answer) => places.mark(told, answer), [...messages]),
  };
}
