import type { Snapshot } from '../../core/index.js';
import type { ChatMessage } from './ChatLike.js';
import type { Places } from './createPlaces.js';
import type { OldAnswer } from './oldAnswer.js';

/** Writes into the messages of a chat what becomes of its runs. */
export interface Writer {
  /** A run begins; `old` is the answer that it makes again. */
  begin(runId: string, old: OldAnswer | null): void;
  /** What is known of a run now is in its message; one that ends without a word gives the old answer back. */
  write(answer: Snapshot): void;
  /** What a person asked was never sent, and is a draft again. */
  withdraw(messageId: string): void;
  /** Messages that were taken when the run began, with what was heard since of those before it. */
  upToDate(messages: readonly ChatMessage[]): ChatMessage[];
  /** A run is read once more: what it makes again, where it has said nothing yet. */
  reopen(runId: string, last: Snapshot): OldAnswer | null;
}

// A stop is answered, or not, within seconds.
const RUNS_KEPT = 8;

/** Makes the writer of one chat. */
export function createWriter(
  places: Places,
  rewrite: (change: (messages: ChatMessage[]) => ChatMessage[]) => void,
): Writer {
  /** By the run that makes it again. */
  const olds = new Map<string, OldAnswer>();
  /** What was written of the runs before this one since it began. */
  const late = new Map<string, Snapshot>();
  let current: string | null = null;
  let isBack = false;

  return {
    begin(runId, old) {
      late.clear();
      current = runId;
      isBack = false;
      if (old === null) return;
      olds.set(runId, old);
      for (const oldest of olds.keys()) if (olds.size > RUNS_KEPT) olds.delete(oldest);
    },
    write(answer) {
      const { runId, stopRecord } = answer;
      if (runId === null) return;
      const old = olds.get(runId);
      if (old?.isIn(answer) !== true) {
        if (runId !== current) {
          late.set(runId, answer);
          for (const one of olds.values()) one.hear(answer);
        }
        rewrite((messages) => places.mark(messages, answer));
      } else if (runId !== current) {
        // Its own message, where there is one, has said nothing.
        const empty = { ...answer, text: '', parts: [] };
        late.set(runId, empty);
        rewrite((messages) => places.mark(messages, empty));
      } else if (!isBack) {
        isBack = true;
        if (stopRecord?.unsent === true) places.leave(runId);
        rewrite(old.putBack);
      }
    },
    // A microtask after those who hear of it, who read it a microtask late.
    withdraw: (messageId) =>
      queueMicrotask(() => rewrite((messages) => messages.filter(({ id }) => id !== messageId))),
    upToDate: (messages) =>
      [...late.values()].reduce((told, answer) => places.mark(told, answer), [...messages]),
    reopen(runId, last) {
      const old = runId === current ? olds.get(runId) : undefined;
      if (old?.isIn(last) !== true) return null;
      if (isBack) rewrite(old.takeOut);
      return old;
    },
  };
}
