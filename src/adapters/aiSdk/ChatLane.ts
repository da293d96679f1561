import type { Generation } from '../../core/index.js';
import type { ChatLike, ChatMessage, TransportRequest } from './ChatLike.js';
import type { ChatRun } from './createChatRun.js';

/** One chat: its answers, one after another, as they can be stopped. */
export interface ChatLane {
  readonly generation: Generation<string>;
  /** Whether nobody looks and nothing runs. */
  isIdle(): boolean;
  /** The chat whose requests come here. */
  use(chat: ChatLike): void;
  /** What the chat shows now; a stored answer is shown until another begins. */
  see(messages: readonly ChatMessage[]): void;
  /** A request of the chat begins. */
  send(runId: string, request: Omit<TransportRequest, 'chatId'>): ChatRun;
  /** What the chat gave with its request, with what was heard since of the answers in it. */
  upToDate(messages: readonly ChatMessage[]): ChatMessage[];
  /** The chat reads a run that began elsewhere; `null` when it was stopped here. */
  attach(runId: string, messageId: string | undefined): ChatRun | null;
  /** The chat itself let go of a run. */
  leave(run: ChatRun): void;
}
