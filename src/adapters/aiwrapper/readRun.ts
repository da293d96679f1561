import { cutOff } from '../../core/GenerationError.js';
import { GenerationError, type StreamEvent, toGenerationError } from '../../core/index.js';
import { responseError } from '../../formats/responseError.js';

/** Reads a call that tells its events by itself, until it is over or the signal aborts. */
export async function* readRun(
  run: (say: (events: readonly StreamEvent[]) => void) => Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamEvent[]> {
  let waiting: StreamEvent[] = [];
  const end: { isOver: boolean; failure: unknown } = { isOver: false, failure: null };
  let hasSpoken = false;
  let wake: () => void = () => undefined;
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  run((events) => {
    waiting.push(...events);
    wake();
  })
    .catch((error: unknown) => {
      end.failure = error ?? new Error('The model failed without saying why.');
    })
    .finally(() => {
      end.isOver = true;
      wake();
    });
  try {
    // Our own signal says that it was a stop: the library's error may have lost its name.
    while (!isAborted(signal)) {
      if (waiting.length > 0) {
        const events = waiting;
        waiting = [];
        hasSpoken = true;
        yield events;
      } else if (end.failure !== null) {
        yield [{ type: 'error', error: await toReadable(end.failure, hasSpoken) }];
        return;
      } else if (end.isOver) {
        yield [{ type: 'done' }];
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

// A call, because the compiler takes a property that was read once to keep its value over an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** What the package says of a status that is none of an answer. */
const REFUSED = /\bstatus(?: code)?:? ([45]\d\d)\b/i;
/** How fetch tells a lost connection, from place to place; an abort that was none of ours is one too. */
const LOST =
  /fetch failed|failed to fetch|network ?error|network request failed|load failed|connection was (lost|closed)|input stream|\bterminated$|^AbortError/i;

async function toReadable(error: unknown, hasSpoken: boolean): Promise<GenerationError> {
  if (error instanceof GenerationError) return error;
  const { name, message = '', body } = (error ?? {}) as Partial<Error> & { body?: unknown };
  const status = REFUSED.exec(message)?.[1];
  if (status !== undefined) {
    const headers = { 'content-type': 'application/json' };
    const said = body === undefined ? null : JSON.stringify(body);
    return responseError(new Response(said, { status: Number(status), headers }));
  }
  if (name !== 'AbortError' && !LOST.test(message)) return toGenerationError(error);
  if (hasSpoken) return cutOff(error);
  const sentence = 'The connection was lost before the answer began.';
  return new GenerationError('network', sentence, { cause: error });
}
