import { aiSdk } from '../../../formats/aiSdk.js';
import { stopOf } from '../../../server/runs/stopOf.js';

/** What the stream of a run needs. */
export interface TellOptions {
  signal: AbortSignal;
  runId: string;
  /** The id of the message, where the SDK gives none. */
  messageId: string;
  copy: ((stream: ReadableStream<string>) => unknown) | undefined;
}

/** The fields of a chunk that are looked at here. */
interface StartChunk {
  type: string;
  messageId?: string;
  messageMetadata?: { stopkit?: object };
}

/** The frames of a message stream, with the run's name in the first one; over at once when the run is. */
export async function* tellChunks(
  chunks: ReadableStream<unknown>,
  { signal, runId, messageId, copy }: TellOptions,
): AsyncGenerator<string> {
  const reader = chunks.getReader();
  const copied = startCopy(copy);
  const leave = (): void => {
    const stop = stopOf(signal);
    // What nobody stopped is cut off for who reads along, too.
    copied.end(stop === null ? undefined : aiSdk().stopped?.({ runId, ...stop }));
    reader.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', leave, { once: true });
  const say = (frame: string): string => {
    copied.add(frame);
    return frame;
  };
  let isNamed = false;
  let isEnded = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const chunk = value as StartChunk;
      isEnded ||= ENDS.includes(chunk.type);
      if (!isNamed) {
        isNamed = true;
        const start = chunk.type === 'start' ? chunk : { type: 'start' };
        yield say(toFrame(named(start, runId, messageId)));
        if (chunk.type === 'start') continue;
      }
      yield say(toFrame(chunk));
    }
    if (signal.aborted) return;
    // A stream that was written by hand has no end of its own, and the chat's transport hides `[DONE]`.
    if (!isEnded) yield say(toFrame({ type: 'finish' }));
    yield say('data: [DONE]\n\n');
  } finally {
    signal.removeEventListener('abort', leave);
    copied.end();
  }
}

const ENDS = ['finish', 'abort', 'error'];

const toFrame = (chunk: unknown): string => `data: ${JSON.stringify(chunk)}\n\n`;

const named = (start: StartChunk, runId: string, messageId: string): StartChunk => ({
  ...start,
  messageId: start.messageId ?? messageId,
  messageMetadata: {
    ...start.messageMetadata,
    stopkit: { ...start.messageMetadata?.stopkit, runId },
  },
});

/** A stream of what is added; whoever takes it cannot hold up the answer. */
function startCopy(take: TellOptions['copy']): {
  add(frame: string): void;
  end(frame?: string): void;
} {
  if (take === undefined) return { add: () => undefined, end: () => undefined };
  let controller: ReadableStreamDefaultController<string> | null = null;
  const stream = new ReadableStream<string>({
    start(own) {
      controller = own;
    },
    cancel() {
      controller = null;
    },
  });
  Promise.resolve(stream)
    .then(take)
    .catch(() => undefined);
  return {
    add: (frame) => controller?.enqueue(frame),
    end(frame) {
      if (frame !== undefined) controller?.enqueue(frame);
      controller?.close();
      controller = null;
    },
  };
}
