import type { ConversationInput, RunRequest, Source, StreamEvent } from '../../core/index.js';
import { pause } from '../../core/pause.js';
import { fetchSource } from '../../formats/fetchSource.js';
import { openai } from '../../formats/openai.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';
import { whenAnswered } from '../whenAnswered.js';

/** What is told of an answer that this page asked for. */
export interface SendingWatcher {
  onSent(conversationId: string, runId: string): void;
  /** It was stopped before its text had left. */
  onTakenBack(conversationId: string, runId: string): void;
  onBegan(conversationId: string, runId: string): void;
  /** It is read no more, and may go on. */
  onLeft(conversationId: string, runId: string): void;
  /** `isCut`: its connection was lost, and it goes on without a reader. */
  onEnd(conversationId: string, runId: string, isCut: boolean): void;
}

/** What sending needs. */
export interface AgixtSendingOptions {
  baseUrl: string;
  agentName: string;
  connection: ConnectionOptions;
  watcher: SendingWatcher;
}

/** What sends texts. */
export interface AgixtSender {
  /** The streaming completion, as a source. */
  send: Source<ConversationInput>;
  /** Gets the headers of the next text of a conversation, so that a stop meanwhile finds it unsent. */
  prepare(conversationId: string, signal: AbortSignal): Promise<void> | undefined;
  /** Keeps a text here that has not left; says whether it could. */
  takeBack(runId: string): boolean;
}

type GivenHeaders = NonNullable<RequestInit['headers']>;

// Long enough for a stop to be heard and answered, which takes AGiXT two seconds at most.
const LINGER_MS = 10_000;

/** Sends texts, and knows which of them have left. */
export function createAgixtSender(options: AgixtSendingOptions): AgixtSender {
  const { connection, watcher } = options;
  const { headers } = connection;
  /** By conversation. */
  const prepared = new Map<string, Promise<GivenHeaders>>();
  /** What takes a text back, by its run, while the server does not have it. */
  const unsent = new Map<string, () => void>();

  function open(request: RunRequest<ConversationInput>, fetchIt: typeof fetch) {
    const { conversationId } = request.input;
    const first = prepared.get(conversationId);
    prepared.delete(conversationId);
    const source = fetchSource<ConversationInput>({
      ...connection,
      ...(typeof headers === 'function'
        ? {
            headers: (context) =>
              context.attempt === 1 && first !== undefined ? first : headers(context),
          }
        : {}),
      fetch: fetchIt,
      url: `${options.baseUrl}/v1/chat/completions`,
      format: openai(),
      body: ({ input }) => ({
        model: options.agentName,
        user: conversationId,
        messages: [{ role: 'user', content: input.text }],
        stream: true,
      }),
    });
    return source(request)[Symbol.asyncIterator]();
  }

  async function* send(request: RunRequest<ConversationInput>) {
    const { input, runId, signal } = request;
    if (signal.aborted) return;
    const controller = new AbortController();
    const left = pause(null, signal).then(() => null);
    let isCut = false;
    let isGone = false;
    // Whoever reads this may leave it at a word as well as between two.
    let isLeft = true;
    let hasEnded = false as boolean;
    const end = (): void => {
      if (!hasEnded) watcher.onEnd(input.conversationId, runId, isCut);
      hasEnded = true;
    };
    const cut = (): void => {
      isCut = true;
      controller.abort();
      // Not every body ends when it is cut.
      end();
    };
    const keep = (): void => {
      if (!unsent.delete(runId)) return;
      hasEnded = true;
      controller.abort();
      watcher.onTakenBack(input.conversationId, runId);
    };
    const leave = (): void => {
      isGone = true;
      keep();
    };
    const fetchIt: typeof fetch = async (...asked) => {
      unsent.delete(runId);
      const response = await (connection.fetch ?? fetch)(...asked);
      if (response.status === 401) {
        // It refused the key: the text is still here, and leaves with a fresh one.
        unsent.set(runId, keep);
        if (isGone) keep();
      }
      return response;
    };
    unsent.set(runId, keep);
    signal.addEventListener('abort', leave);
    watcher.onSent(input.conversationId, runId);
    const iterator = open({ ...request, signal: controller.signal }, fetchIt);
    let reading: Promise<IteratorResult<StreamEvent | readonly StreamEvent[]>> = iterator.next();
    try {
      for (;;) {
        reading.catch(() => undefined);
        const result = await Promise.race([reading, left]);
        if (result === null) return;
        if (result.done === true) break;
        watcher.onBegan(input.conversationId, runId);
        const events: readonly StreamEvent[] = [result.value].flat();
        const last = events.at(-1);
        isCut = last?.type === 'done' && last.outcome === 'interrupted';
        // It is over with its last word, though its body may end a moment later.
        if (last?.type === 'done') end();
        // The id it gives is the conversation's, the same for every answer.
        yield events.filter(({ type }) => type !== 'start');
        reading = iterator.next();
      }
      isLeft = false;
    } catch (thrown) {
      isCut = true;
      isLeft = false;
      throw thrown;
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
      // What was taken back has nothing to be read.
      if (isLeft && !controller.signal.aborted) {
        if (!hasEnded) watcher.onLeft(input.conversationId, runId);
        linger(reading, iterator, end, cut);
      } else {
        end();
      }
    }
  }

  return {
    send,
    prepare(conversationId, signal) {
      if (typeof headers !== 'function') return undefined;
      const given = Promise.resolve().then(() => headers({ attempt: 1, status: null, signal }));
      prepared.set(conversationId, given);
      // Who sends is told what became of it; one that never comes is left to the budgets.
      return whenAnswered(given.catch(() => undefined));
    },
    takeBack(runId) {
      const keep = unsent.get(runId);
      keep?.();
      return keep !== undefined;
    },
  };
}

/**
 * Lets the body go on unread: a reader that leaves makes AGiXT finish the answer in the background, listed
 * nowhere, where the stop that comes next cannot reach it.
 */
function linger(
  reading: Promise<unknown>,
  iterator: AsyncIterator<unknown>,
  end: () => void,
  cut: () => void,
): void {
  const timer = setTimeout(cut, LINGER_MS);
  const drain = async (): Promise<void> => {
    await reading;
    while ((await iterator.next()).done !== true);
  };
  void drain()
    .catch(() => undefined)
    .finally(() => {
      clearTimeout(timer);
      end();
    });
}
