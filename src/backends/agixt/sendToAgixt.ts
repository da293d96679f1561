import type { ConversationInput, RunRequest, Source, StreamEvent } from '../../core/index.js';
import { pause } from '../../core/pause.js';
import { fetchSource } from '../../formats/fetchSource.js';
import { openai } from '../../formats/openai.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';

/** What is told of an answer that this page asked for. */
export interface SendingWatcher {
  onSent(conversationId: string, runId: string): void;
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

// Long enough for a stop to be heard and answered, which takes AGiXT two seconds at most.
const LINGER_MS = 10_000;

/** The streaming completion, as a source. */
export function sendToAgixt(options: AgixtSendingOptions): Source<ConversationInput> {
  const { watcher } = options;
  const source = fetchSource<ConversationInput>({
    ...options.connection,
    url: `${options.baseUrl}/v1/chat/completions`,
    format: openai(),
    body: ({ input }) => ({
      model: options.agentName,
      user: input.conversationId,
      messages: [{ role: 'user', content: input.text }],
      stream: true,
    }),
  });

  return async function* send(request: RunRequest<ConversationInput>) {
    const { input, runId, signal } = request;
    const connection = new AbortController();
    const left = pause(null, signal).then(() => null);
    watcher.onSent(input.conversationId, runId);
    const iterator = source({ ...request, signal: connection.signal })[Symbol.asyncIterator]();
    let reading: Promise<IteratorResult<StreamEvent | readonly StreamEvent[]>> = iterator.next();
    let isCut = false;
    // Whoever reads this may leave it at a word as well as between two.
    let isLeft = true;
    let hasEnded = false;
    const end = (): void => {
      if (!hasEnded) watcher.onEnd(input.conversationId, runId, isCut);
      hasEnded = true;
    };
    const cut = (): void => {
      isCut = true;
      connection.abort();
    };
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
      if (isLeft) {
        watcher.onLeft(input.conversationId, runId);
        linger(reading, iterator, end, cut);
      } else {
        end();
      }
    }
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
