import type { RunRequest, Source, StreamEvent } from '../core/index.js';

/** A source whose every event the test hands out itself. */
export interface ScriptedSource<Input> extends Source<Input> {
  /** Says something to the run that was started last, as one chunk. */
  say(...events: StreamEvent[]): void;
  /** Says text. */
  text(delta: string): void;
  /** Says that the answer is complete. */
  done(reason?: string): void;
  /** Ends the run without an end marker. */
  end(): void;
  /** Fails the run. */
  fail(reason: unknown): void;
  /** The requests so far. */
  readonly requests: readonly RunRequest<Input>[];
  /** Every run so far, for a word to one that is not the last. */
  readonly runs: readonly ScriptedRun[];
}

/** One run of a scripted source. */
export interface ScriptedRun {
  say(...events: StreamEvent[]): void;
  end(): void;
  fail(reason: unknown): void;
  /** Whether the reader has let go of this run. */
  readonly isClosed: boolean;
}

type Word = { said: readonly StreamEvent[] } | { ended: true } | { reason: unknown };

/** A source that says exactly what the test makes it say, when the test does; `continues` as on any source. */
export function scriptedSource<Input = string>(
  options: Pick<Source<Input>, 'continues'> = {},
): ScriptedSource<Input> {
  const requests: RunRequest<Input>[] = [];
  const runs: (ScriptedRun & { read(): AsyncGenerator<readonly StreamEvent[]> })[] = [];

  const source: Source<Input> = (request) => {
    const run = scriptedRun(request.signal);
    requests.push(request);
    runs.push(run);
    return run.read();
  };
  const last = (): ScriptedRun => {
    const run = runs.at(-1);
    if (run === undefined) {
      throw new Error(
        'stopkit: nobody listens to the scripted source, because no run was started. Call `start` first.',
      );
    }
    return run;
  };
  return Object.assign(source, options, {
    requests,
    runs,
    say: (...events: StreamEvent[]) => last().say(...events),
    text: (delta: string) => last().say({ type: 'text', delta }),
    done: (reason?: string) =>
      last().say(reason === undefined ? { type: 'done' } : { type: 'done', reason }),
    end: () => last().end(),
    fail: (reason: unknown) => last().fail(reason),
  });
}

function scriptedRun(
  signal: AbortSignal,
): ScriptedRun & { read(): AsyncGenerator<readonly StreamEvent[]> } {
  const words: Word[] = [];
  let wake: (() => void) | null = null;
  let closed = false;
  const push = (word: Word): void => {
    words.push(word);
    wake?.();
  };
  signal.addEventListener('abort', () => {
    closed = true;
    wake?.();
  });
  return {
    say: (...said) => push({ said }),
    end: () => push({ ended: true }),
    fail: (reason) => push({ reason }),
    get isClosed() {
      return closed;
    },
    async *read() {
      try {
        while (!closed) {
          const word = words.shift();
          if (word === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          } else if ('said' in word) {
            yield word.said;
          } else if ('reason' in word) {
            throw word.reason;
          } else {
            return;
          }
        }
      } finally {
        closed = true;
      }
    },
  };
}
