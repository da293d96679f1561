import type { RunDescription, UpstreamAnswer } from '../../../server/index.js';
import { aiSdk } from '../../../formats/aiSdk.js';
import type { ChatMessage } from '../ChatLike.js';
import { settleMessages } from '../settleMessages.js';
import { recallTools } from './recallTools.js';
import { tellChunks } from './tellChunks.js';
import { type MetadataOf, withUsage } from './withUsage.js';

/** The part of what `streamText()` gives that is used here. */
export interface StreamTextLike {
  toUIMessageStream(options?: never): ReadableStream<unknown>;
}

/** What the call to the model is given. */
export interface ChatRunContext<Message> {
  /** For `abortSignal`. */
  signal: AbortSignal;
  runId: string;
  /** What the chat sent, as this turn can take it: no tool call is left without a result. */
  messages: Message[];
}

/** A run of `streamText`, as `useChat` asks for it. */
export interface ChatRunOptions<Message extends ChatMessage> {
  /** The messages that the chat sent. */
  messages: readonly Message[];
  /** Calls `streamText`, or gives any UI message stream. */
  stream: (
    context: ChatRunContext<Message>,
  ) => StreamTextLike | ReadableStream<unknown> | Promise<StreamTextLike | ReadableStream<unknown>>;
  /** Options of `toUIMessageStream`. */
  messageStream?: { messageMetadata?: MetadataOf };
  /** Takes a copy of what is sent, as text, for `resumable-stream`. */
  copy?: (stream: ReadableStream<string>) => unknown;
}

/** What `runs.stream` and `runs.response` need to run `streamText`. */
export function chatRun<Message extends ChatMessage>(
  options: ChatRunOptions<Message>,
): Pick<RunDescription, 'format' | 'upstream'> {
  return {
    format: recallTools(aiSdk(), options.messages.at(-1)),
    async upstream({ signal, runId }): Promise<UpstreamAnswer> {
      const messages = settleMessages(options.messages);
      const made = await options.stream({ signal, runId, messages });
      const { messageStream } = options;
      const chunks =
        'toUIMessageStream' in made
          ? made.toUIMessageStream({
              ...messageStream,
              messageMetadata: withUsage(runId, messageStream?.messageMetadata),
              // Its type belongs to the SDK's own version.
            } as never)
          : made;
      // A stop that came while the stream was made: nobody will read it.
      if (signal.aborted) chunks.cancel().catch(() => undefined);
      const last = messages.at(-1);
      const messageId = last?.role === 'assistant' ? last.id : runId;
      return tellChunks(chunks, { signal, runId, messageId, copy: options.copy });
    },
  };
}
