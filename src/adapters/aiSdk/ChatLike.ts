/** The part of a `UIMessage` that is used here; it fits those of AI SDK 5, 6 and 7. */
export interface ChatMessage {
  id: string;
  role: 'system' | 'user' | 'assistant';
  metadata?: unknown;
  parts: readonly { type: string }[];
}

/** The fields of every part of a message; which of them are there depends on the type. */
export interface MessagePart {
  type: string;
  text?: string;
  state?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: unknown;
  errorText?: string;
  preliminary?: boolean;
  providerExecuted?: boolean;
  approval?: { approved?: boolean };
  providerMetadata?: Record<string, { itemId?: unknown }>;
  callProviderMetadata?: Record<string, { itemId?: unknown }>;
  resultProviderMetadata?: Record<string, { itemId?: unknown }>;
}

/** The part of `useChat()`'s value that is used here; a `Chat` object fits as well. */
export interface ChatLike<Message extends ChatMessage = ChatMessage> {
  readonly id: string;
  messages: Message[];
  setMessages?(change: (messages: Message[]) => Message[]): void;
  stop(): Promise<void>;
  sendMessage(message: { text: string }): Promise<void>;
  regenerate(): Promise<void>;
}

/** The part of a `ChatTransport` that is used here. */
export interface TransportLike {
  sendMessages(options: never): Promise<ReadableStream<unknown>>;
  reconnectToStream(options: never): Promise<ReadableStream<unknown> | null>;
  readonly resumeStreamIsReplay?: boolean;
}

/** What a chat asks its transport for. */
export interface TransportRequest {
  chatId: string;
  abortSignal?: AbortSignal | undefined;
  body?: object | undefined;
  messages?: readonly ChatMessage[];
  trigger?: string;
  messageId?: string | undefined;
}

/** Whether a part is a tool call. */
export const isToolPart = ({ type }: { type: string }): boolean =>
  type === 'dynamic-tool' || type.startsWith('tool-');

/** Changes what a chat holds. */
export function rewriteMessages(
  chat: ChatLike | null,
  change: (messages: ChatMessage[]) => ChatMessage[],
): void {
  if (chat?.setMessages !== undefined) chat.setMessages(change);
  else if (chat !== null) chat.messages = change(chat.messages);
}
