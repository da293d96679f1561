import type { ChatMessage } from './ChatLike.js';
import { closeToolParts } from './closeToolParts.js';
import { markOf } from './messageMark.js';
import { withoutItems } from './withoutItems.js';

/**
 * The messages as the next turn can take them: a tool call that was left without a result is told as
 * cancelled, one whose arguments were cut is left out, and nothing refers to what a provider has of an answer that
 * was stopped. Without it the SDK throws at the next turn. The last
 * message is left alone while it may still be answered.
 */
export function settleMessages<Message extends ChatMessage>(
  messages: readonly Message[],
): Message[] {
  return messages.map((message, index) => {
    const isStopped = markOf(message)?.stop !== undefined;
    const isOpen = index === messages.length - 1 && !isStopped;
    if (message.role !== 'assistant' || isOpen) return message;
    const closed = closeToolParts(message.parts);
    const parts = isStopped ? withoutItems(closed) : closed;
    return parts === message.parts ? message : { ...message, parts };
  });
}
