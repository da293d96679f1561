import { closeParts } from '../../core/applyEvents.js';
import type { Snapshot } from '../../core/index.js';
import { type ChatMessage, isToolPart } from './ChatLike.js';
import type { Places } from './createPlaces.js';
import { markMessage, markOf } from './messageMark.js';
import { snapshotFromMessage } from './snapshotFromMessage.js';

/** An answer that is made again: it stays until the new one has said a word. */
export interface OldAnswer {
  /** What is shown until then. */
  readonly shown: Snapshot;
  /** Whether the new answer is still this one. */
  isIn(answer: Snapshot): boolean;
  /** Whether it is what these messages, taken from those, would make again once more. */
  isAgain(seen: readonly ChatMessage[], messages: readonly ChatMessage[]): boolean;
  /** What became of a run since is in it, too. */
  hear(answer: Snapshot): void;
  /** The messages with it where it was, in place of a new one that has said nothing. */
  putBack(messages: ChatMessage[]): ChatMessage[];
  /** The messages without it. */
  takeOut(messages: ChatMessage[]): ChatMessage[];
}

/** The answer that a chat has removed to make it again; `null` where nobody saw it. */
export function oldAnswer(
  seen: readonly ChatMessage[],
  messages: readonly ChatMessage[],
  last: Snapshot,
  places: Places,
): OldAnswer | null {
  const { length } = messages;
  let removed = messages.every(({ id }, at) => id === seen[at]?.id) ? seen.slice(length) : [];
  const [first] = removed;
  if (first?.role !== 'assistant') return null;
  const from = places.indexOf(seen, last) === length ? last : snapshotFromMessage(first);
  const shown = { ...from, parts: closeParts(from.parts, Date.now()) };
  const before = messages.at(-1)?.id;
  return {
    shown,
    // What is shown has the parts of one of the two.
    isIn: ({ parts }) => parts[0] === shown.parts[0],
    isAgain: (shownNow, taken) =>
      taken.at(-1)?.id === before &&
      shownNow.every(({ id }) => removed.every((message) => message.id !== id)),
    hear(answer) {
      removed = removed.map((message) =>
        message.id === answer.messageId || markOf(message)?.runId === answer.runId
          ? markMessage(message, answer)
          : message,
      );
    },
    putBack(now) {
      const at = now.findLastIndex(({ id }) => id === before);
      if (at === -1 && before !== undefined) return now;
      // What a person has said since stays where it is.
      if (now.slice(at + 1).some(({ role, parts }) => role !== 'assistant' || parts.some(isOther)))
        return now;
      return [...now.slice(0, at + 1), ...removed];
    },
    takeOut: (now) => now.filter(({ id }) => removed.every((message) => message.id !== id)),
  };
}

/** A file, a source, or data of the app: a snapshot has none of them. */
const isOther = (part: { type: string }): boolean =>
  !['step-start', 'text', 'reasoning'].includes(part.type) && !isToolPart(part);
