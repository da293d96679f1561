import type { ChatMessage } from './ChatLike.js';
import { closeToolParts } from './closeToolParts.js';
import { markOf } from './messageMark.js';

/**
 * The messages as the next turn can take them: a tool call that was left without a result is told as
 * cancelled, one whose arguments were cut is left out. Without it the SDK throws at the next turn. The last
 * message is left alone while it may still be answered.
 */
export function settleMessages<Message extends ChatMessage>(
  messages: readonly Message[],
): Message[] {
  return messages.map((message, index) => {
    const isOpen = index === messages.length - 1 && markOf(message)?.stop === undefined;
    if (message.role !== 'assistant' || isOpen) return message;
    const parts = closeToolParts(message.parts);
    return parts === message.parts ? message : { ...message, parts };
  });
}
