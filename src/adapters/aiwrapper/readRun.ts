import { GenerationError, type StreamEvent, toGenerationError } from '../../core/index.js';

/** Reads a call that tells its events by itself, until it is over or the signal aborts. */
export async function* readRun(
  run: (say: (events: readonly StreamEvent[]) => void) => Promise<unknown>,
  signal: AbortSignal,
): AsyncGenerator<readonly StreamEvent[]> {
  let waiting: StreamEvent[] = [];
  const end: { isOver: boolean; failure: unknown } = { isOver: false, failure: null };
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
        yield events;
      } else if (end.failure !== null) {
        yield [{ type: 'error', error: toReadable(end.failure) }];
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

/** An abort that was none of ours is a cut connection. */
function toReadable(error: unknown): GenerationError {
  const { name, message = '' } = (error ?? {}) as { name?: string; message?: string };
  if (name !== 'AbortError' && !message.startsWith('AbortError')) return toGenerationError(error);
  const sentence = 'The connection to the model was cut.';
  return new GenerationError('interrupted', sentence, { cause: error });
}
