import type { Generation } from '../../core/index.js';
import type { ChatLane } from './ChatLane.js';
import type { ChatLike, ChatMessage } from './ChatLike.js';

/** Whatever keeps the answers of chats: a `stoppableTransport`. */
export interface ChatLanes {
  lane(chatId: string): ChatLane;
}

/**
 * The answers of a chat as a `Generation`, for everything that takes one; the same for the same chat. The
 * transport is the one the chat was made with.
 */
export function generationFromChat<Message extends ChatMessage>(
  chat: ChatLike<Message>,
  transport: ChatLanes,
): Generation<string> {
  const lane = transport.lane(chat.id);
  // It is given back only messages that it gave.
  lane.use(chat);
  return lane.generation;
}
