import type { Snapshot } from '../../core/index.js';
import type { ChatMessage } from './ChatLike.js';
import { markMessage, markOf } from './messageMark.js';

/** Where among the messages of a chat the answers of its runs stand. */
export interface Places {
  /** A run was asked for the answer at this index; a run that had it before has it no more. */
  give(runId: string, messages: readonly ChatMessage[], index: number): void;
  /** Where the answer of a run stands; -1 where it is not among these messages. */
  indexOf(messages: readonly ChatMessage[], answer: Snapshot): number;
  /** Whether the answer of a run would come next. */
  isNext(messages: readonly ChatMessage[], answer: Snapshot): boolean;
  /** These messages, with what became of a run in its own. */
  mark(messages: ChatMessage[], answer: Snapshot): ChatMessage[];
}

/** Keeps which run was asked for the answer to which message. */
export function createPlaces(): Places {
  /** By the id of the message before the answer. */
  const runs = new Map<string | undefined, string>();
  const keyOf = (messages: readonly ChatMessage[], index: number): string | undefined =>
    (messages[index - 1] ?? messages[index])?.id;

  const indexOf = (messages: readonly ChatMessage[], { messageId, runId }: Snapshot): number =>
    messages.findLastIndex((message, index) => {
      const { id, role } = message;
      if (role !== 'assistant') return false;
      const owner = runs.get(keyOf(messages, index));
      // Where the app has given its messages other ids, what is written in them tells.
      const isIts = id === messageId || markOf(message)?.runId === runId;
      return owner === undefined ? isIts : owner === runId;
    });

  return {
    give: (runId, messages, index) => void runs.set(keyOf(messages, index), runId),
    indexOf,
    isNext: (messages, { runId }) => runs.get(keyOf(messages, messages.length)) === runId,
    mark(messages, answer) {
      const index = indexOf(messages, answer);
      if (index === -1) return messages;
      return messages.map((message, at) => (at === index ? markMessage(message, answer) : message));
    },
  };
}
