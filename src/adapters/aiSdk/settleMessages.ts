import type { ChatMessage, MessagePart } from './ChatLike.js';
import { closeToolParts } from './closeToolParts.js';
import { markOf } from './messageMark.js';
import { withoutEmptySteps } from './withoutEmptySteps.js';
import { withoutItems } from './withoutItems.js';

/**
 * The messages as a model can be told them: a tool call that was left without a result is told as
 * cancelled, one whose arguments were cut is left out, and nothing refers to what a provider has of an answer that
 * was stopped or failed. Without it the SDK throws at the next turn. A step that says nothing, as that of an answer
 * which was stopped inside its first thought, is no message. The last message is left alone while it may still be
 * answered.
 */
export function settleMessages<Message extends ChatMessage>(
  messages: readonly Message[],
): Message[] {
  return closeMessages(messages).map((message, index) =>
    isOver(messages, index) ? withParts(message, withoutEmptySteps(message.parts)) : message,
  );
}

/** The same with every thought: a server may store what the page sends it. */
export function closeMessages<Message extends ChatMessage>(
  messages: readonly Message[],
): Message[] {
  return messages.map((message, index) => {
    if (message.role !== 'assistant') return message;
    const parts = isOver(messages, index) ? closeToolParts(message.parts) : message.parts;
    return withParts(message, isWhole(message) ? parts : withoutItems(parts));
  });
}

/** Whether it is an answer that nothing is added to any more. */
const isOver = (messages: readonly ChatMessage[], index: number): boolean => {
  const message = messages[index];
  if (message?.role !== 'assistant') return false;
  return index < messages.length - 1 || markOf(message)?.stop !== undefined;
};

function isWhole(message: ChatMessage): boolean {
  const mark = markOf(message);
  return mark?.stop === undefined && mark?.error === undefined;
}

const withParts = <Message extends ChatMessage>(
  message: Message,
  parts: readonly MessagePart[],
): Message => (parts === message.parts ? message : { ...message, parts });
