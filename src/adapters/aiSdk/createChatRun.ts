import { createEventFeed } from '../../core/createEventFeed.js';
import { GenerationError, type Publish, type StreamEvent } from '../../core/index.js';
import { readMessageStream, stopParts } from '../../formats/aiSdk.js';
import { createPace } from './createPace.js';
import { markOf } from './messageMark.js';
import { toReadable } from './toReadable.js';
import { watchByHand } from './watchByHand.js';

/** A part of a message stream, as a transport gives it. */
export interface Chunk {
  type: string;
  messageId?: string;
  messageMetadata?: unknown;
}

/** One request of a chat: what it says goes to the chat, and to the answer that can be stopped. */
export interface ChatRun {
  readonly runId: string;
  /** Aborts when the run is stopped. */
  readonly signal: AbortSignal;
  /** The answer is over: a call that still waits is not made. */
  over(): void;
  /** Whether the stream has said how it ended. */
  isOver(): boolean;
  /** All that it has said, once its stream has told that this is the whole answer. */
  whole(): string | null;
  /** Whether the stream has said that somebody stopped it. */
  saidStop(): boolean;
  /** What the answer is read from. */
  read(signal: AbortSignal): AsyncIterable<StreamEvent | readonly StreamEvent[]>;
  /** What the chat reads; the call is made when the answer may begin, and nothing holds it up after a stop. */
  ask(call: () => Promise<ReadableStream<unknown>>): Promise<ReadableStream<Chunk>>;
  /** What the chat reads of a stream that is open; `first` was read already. */
  pipe(from: ReadableStreamDefaultReader<unknown>, first?: Chunk): ReadableStream<Chunk>;
}

/** What a run is made of. */
export interface ChatRunOptions {
  runId: string;
  /** What the stream says was said before. */
  replays: boolean;
  publish: Publish;
}

/** Makes the run of one request. */
export function createChatRun({ runId, replays, publish }: ChatRunOptions): ChatRun {
  const feed = createEventFeed();
  const controller = new AbortController();
  const { signal } = controller;
  const reader = readMessageStream();
  const byHand = watchByHand();
  const pace = createPace(publish);
  let isOver = false;
  let isWhole = false;
  let text = '';
  let saidWhy = false;
  let saidStop = false;
  let isAsked = false;
  let begin: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const gone = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(stopped()), { once: true });
  });
  gone.catch(() => undefined);
  if (replays) feed.push({ type: 'replay' });

  function tell(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (isOver) return;
      if (event.type === 'text') text += event.delta;
      isWhole = event.type === 'done' && (event.outcome ?? 'complete') === 'complete';
      isOver = isWhole || event.type === 'done' || event.type === 'error';
      feed.push(event);
    }
    if (isOver) feed.follow(nothing);
  }

  const fail = (thrown: unknown, wasOpen: boolean): void =>
    tell([{ type: 'error', error: toReadable(thrown, wasOpen) }]);

  /** What the chat is given for a chunk. */
  function hear(chunk: Chunk): readonly Chunk[] {
    saidWhy ||= markOf({ metadata: chunk.messageMetadata })?.stop !== undefined;
    saidStop ||= chunk.type === 'abort';
    byHand.hear(chunk);
    tell(reader.read(chunk));
    // A server that only aborts would leave a message that looks finished.
    const isBare = chunk.type === 'abort' && !saidWhy;
    return isBare ? stopParts({ runId, reason: null, by: null }) : [chunk];
  }

  function pipe(from: ReadableStreamDefaultReader<unknown>, first?: Chunk): ReadableStream<Chunk> {
    let waiting = first;
    const letGo = (): void => void from.cancel().catch(() => undefined);
    const next = (): Promise<ReadableStreamReadResult<unknown>> | { done: false; value: Chunk } => {
      if (waiting === undefined) return from.read();
      const value = waiting;
      waiting = undefined;
      return { done: false, value };
    };
    return new ReadableStream<Chunk>(
      {
        start(chat) {
          const leave = (): void => {
            letGo();
            if (!isOver) chat.error(stopped());
          };
          if (signal.aborted) leave();
          else signal.addEventListener('abort', leave, { once: true });
        },
        async pull(chat) {
          try {
            await pace();
            const { done, value } = await next();
            if (signal.aborted && !isOver) return;
            if (!done) {
              // The transport has checked its shape.
              for (const chunk of hear(value as Chunk)) chat.enqueue(chunk);
              return;
            }
            const end = isOver ? [] : reader.end?.(byHand.isWhole());
            if (end == null) throw new TypeError(CUT);
            tell(end);
            // A success to the chat is what it may go on from by itself.
            if (saidStop) chat.error(stopped());
            else chat.close();
          } catch (error) {
            if (signal.aborted && !isOver) return;
            fail(error, true);
            chat.error(error);
          }
        },
        cancel(cause) {
          letGo();
          // Later, for a stop is told of later: without one the chat itself has failed, as where its tool throws.
          setTimeout(() => {
            if (!signal.aborted) fail(new GenerationError('provider', NOT_TAKEN, { cause }), true);
          });
        },
      },
      { highWaterMark: 0 },
    );
  }

  return {
    runId,
    signal,
    over() {
      if (!isAsked) controller.abort();
    },
    isOver: () => isOver,
    whole: () => (isWhole ? text : null),
    saidStop: () => saidStop,
    read(answerSignal) {
      answerSignal.addEventListener('abort', () => controller.abort(), { once: true });
      isAsked = true;
      begin();
      return feed.read(answerSignal);
    },
    async ask(call) {
      await Promise.race([begun, gone]);
      try {
        const asking = call();
        // What answers after the stop is let go of.
        gone.catch(() => asking.then((late) => late.cancel())).catch(() => undefined);
        return pipe((await Promise.race([asking, gone])).getReader());
      } catch (error) {
        if (!signal.aborted) fail(error, false);
        throw error;
      }
    },
    pipe,
  };
}

async function* nothing(): AsyncGenerator<never> {}

/** What the chat takes as a stop: any other error is a failure to it, and an end a success. */
export const stopped = (): DOMException =>
  new DOMException('The answer was stopped.', 'AbortError');

// "network" is the word by which the SDK knows that it may resume.
const CUT = 'The network connection was lost before the answer was complete.';

const NOT_TAKEN = 'The page could not go on with the answer.';
