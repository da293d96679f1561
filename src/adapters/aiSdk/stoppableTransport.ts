import { createRunId, type RequestStop } from '../../core/index.js';
import { requestStopAt } from '../../formats/requestStopAt.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';
import type { ChatLane } from './ChatLane.js';
import {
  type ChatMessage,
  isToolPart,
  type TransportLike,
  type TransportRequest,
} from './ChatLike.js';
import { type Chunk, stopped } from './createChatRun.js';
import { createLane } from './createLane.js';
import { markOf } from './messageMark.js';
import { closeMessages } from './settleMessages.js';

// A page that goes from chat to chat keeps the answers of its last ones.
const LANES_KEPT = 20;
const FORGET_MS = 1_000;

/** How a stop reaches the server. */
export interface StoppableTransportOptions extends ConnectionOptions {
  /** The URL that is told of a stop, or a function that tells; without it a stop closes the connection and asks nobody. */
  stopUrl?: string | RequestStop;
}

/** A transport whose answers can be stopped. */
export type StoppableTransport<Transport extends TransportLike> = Pick<
  Transport,
  'sendMessages' | 'reconnectToStream'
> & {
  readonly resumeStreamIsReplay?: boolean;
  /** The answers of a chat; `useChatGeneration` asks for them. */
  lane(chatId: string): ChatLane;
};

/**
 * A `ChatTransport` that names every run, so that the server can be told which one to stop: also after a
 * reload, when the chat resumed it. The run id is in the body of each request, as `runId`.
 */
export function stoppableTransport<Transport extends TransportLike>(
  transport: Transport,
  options: StoppableTransportOptions = {},
): StoppableTransport<Transport> {
  const { stopUrl, ...connection } = options;
  const tell = typeof stopUrl === 'string' ? requestStopAt(stopUrl, connection) : stopUrl;
  const lanes = new Map<string, ChatLane>();
  /** The newest resume of each chat. */
  const resumes = new WeakMap<ChatLane, symbol>();
  // Its requests are passed on as they came, with what is added here.
  const inner = transport as unknown as InnerTransport;

  let forgetting: ReturnType<typeof setTimeout> | undefined;

  function forget(): void {
    forgetting = undefined;
    for (const [id, other] of lanes) {
      if (lanes.size <= LANES_KEPT) break;
      if (other.isIdle()) lanes.delete(id);
    }
  }

  function lane(chatId: string): ChatLane {
    const here =
      lanes.get(chatId) ??
      createLane(tell && ((request, init) => tell({ ...request, conversationId: chatId }, init)));
    // A server renders for many people, and shows nothing that runs.
    if (typeof document === 'undefined') return here;
    // The chat that was used last is forgotten last.
    lanes.delete(chatId);
    lanes.set(chatId, here);
    // Later: a chat that is being drawn for the first time has nobody who looks yet.
    if (lanes.size > LANES_KEPT) forgetting ??= setTimeout(forget, FORGET_MS);
    return here;
  }

  const wrapped: InnerTransport & { lane: typeof lane } = {
    lane,
    ...(transport.resumeStreamIsReplay === undefined
      ? {}
      : { resumeStreamIsReplay: transport.resumeStreamIsReplay }),
    sendMessages(request) {
      const { chatId, messages, trigger, messageId, abortSignal, body } = request;
      const here = lane(chatId);
      const asked = messages.find(({ id }) => id === messageId) ?? messages.at(-1);
      const isOver = here.generation.getSnapshot().stopRecord !== null;
      if (trigger === 'submit-message' && isOver && isRevival(asked)) {
        return Promise.reject(stopped());
      }
      const runId = createRunId();
      // A resume that is still on its way would take the place of what is asked now.
      resumes.delete(here);
      const run = here.send(runId, request);
      abortSignal?.addEventListener('abort', () => here.leave(run), { once: true });
      return run.ask(() =>
        inner.sendMessages({
          ...request,
          messages: closeMessages(here.upToDate(messages)),
          body: { ...body, runId },
          abortSignal: run.signal,
        }),
      );
    },
    async reconnectToStream(request) {
      const here = lane(request.chatId);
      const resume = Symbol();
      resumes.set(here, resume);
      const stream = await inner.reconnectToStream(request);
      if (stream === null) return null;
      const reader = stream.getReader();
      // The server tells the run's name first: a stop has to name it.
      const { done, value } = await reader.read();
      if (done) return null;
      // The chat let go of it meanwhile: nobody reads it.
      if (request.abortSignal?.aborted === true || resumes.get(here) !== resume) {
        void reader.cancel().catch(() => undefined);
        return null;
      }
      // The transport has checked its shape.
      const first = value as Chunk;
      const runId = markOf({ metadata: first.messageMetadata })?.runId;
      const run = here.attach(runId ?? createRunId(), first.messageId);
      if (run === null) {
        void reader.cancel().catch(() => undefined);
        return null;
      }
      const leave = (): void => {
        // The chat lets go of a resume for a newer one, too: that is no stop.
        queueMicrotask(() => {
          if (resumes.get(here) === resume) here.leave(run);
        });
      };
      request.abortSignal?.addEventListener('abort', leave, { once: true });
      return run.pipe(reader, first);
    },
  };
  // The methods take what the transport's own take.
  return wrapped;
}

/**
 * Whether an answer would go on that was stopped with its tools: the chat asks for that by itself when a tool of
 * the page answers late, and nothing tells whether a person did.
 */
function isRevival(asked: ChatMessage | undefined): boolean {
  if (asked?.role !== 'assistant' || markOf(asked)?.stop === undefined) return false;
  const step = asked.parts.findLastIndex(({ type }) => type === 'step-start');
  return asked.parts.slice(step + 1).some(isToolPart);
}

interface InnerTransport {
  readonly resumeStreamIsReplay?: boolean;
  sendMessages(
    request: TransportRequest & { messages: readonly ChatMessage[] },
  ): Promise<ReadableStream<unknown>>;
  reconnectToStream(request: TransportRequest): Promise<ReadableStream<unknown> | null>;
}
