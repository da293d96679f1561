'use client';
import type { Generation } from '../../core/index.js';
import { useBrowserLayoutEffect } from '../../react/useBrowserLayoutEffect.js';
import type { ChatLike, ChatMessage } from './ChatLike.js';
import { type ChatLanes, generationFromChat } from './generationFromChat.js';

/** A chat whose answer can be stopped. */
export interface ChatGeneration<Message extends ChatMessage> {
  /** The answer that is being written, or was last. */
  answer: Generation<string>;
  /** The messages before it. */
  earlier: readonly Message[];
}

/** The answer of `useChat()` for StopButton, AssistantMessage and all else that takes a generation. */
export function useChatGeneration<Message extends ChatMessage>(
  chat: ChatLike<Message>,
  transport: ChatLanes,
): ChatGeneration<Message> {
  const { messages, id } = chat;
  const answer = generationFromChat(chat, transport);
  useBrowserLayoutEffect(() => transport.lane(id).see(messages), [transport, id, messages]);
  const isLast = messages.at(-1)?.role === 'assistant';
  return { answer, earlier: isLast ? messages.slice(0, -1) : messages };
}
