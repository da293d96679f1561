import { writtenIn } from './applyEvents.js';
import { toGenerationError } from './GenerationError.js';
import type { Source } from './Source.js';
import type { StreamEvent } from './StreamEvent.js';

/** Calls back at the next moment the screen can change; returns the way out. */
export type Publish = (callback: () => void) => () => void;

/** What one reading of a source needs. */
export interface ReadOptions {
  /** Asks the source. */
  open: (signal: AbortSignal) => ReturnType<Source<never>>;
  /** Must be over before the source is asked. */
  waitFor: Promise<unknown> | null;
  /** What must be over too, asked after that. */
  whenFree: ((signal: AbortSignal) => Promise<void> | undefined) | undefined;
  /** Takes in one event; false when the answer is over, as it is when the source returns or fails. */
  accept: (event: StreamEvent) => boolean;
  /** Shows what came. */
  show: () => void;
  publish: Publish;
}

/** A source that is being read. */
export interface Reading {
  /** Asks the source; apart from making the reading, so that a stop meanwhile finds it in place. */
  begin(): void;
  /** Lets go of the source at once; nothing it says is heard any more. */
  close(): void;
}

const FRAME_BUDGET_MS = 6;
// What a page can lay out without a long task; more than this waits for the next frame.
const FRAME_CHARACTERS = 98_304;
// Who says so much at once has more: it is read on before the next frame is due, after a moment for a press.
const FLOOD_CHARACTERS = 512;
const BREATH_MS = 10;
// After the end marker the body's own end is awaited this long before the connection is cut.
const DRAIN_MS = 1_000;

/** Reads a source within a budget per frame, and gives way to the page however fast it speaks. */
export function readSource(options: ReadOptions): Reading {
  const { accept, show, publish } = options;
  const controller = new AbortController();
  let iterator: AsyncIterator<StreamEvent | readonly StreamEvent[]> | null = null;
  let cancelFrame: (() => void) | null = null;
  /** This frame has had its change of the screen: what is read now waits for the next one. */
  let isShown = false;
  let isDue = false;
  let wake = (): void => undefined;
  let breath: ReturnType<typeof setTimeout> | undefined;
  let turnStartedAt = 0;
  let turnCharacters = 0;
  let closed = false;

  /** Shows what came, and nothing more before the next frame. */
  function showNow(): void {
    isDue = false;
    show();
    if (closed) return;
    turnStartedAt = performance.now();
    turnCharacters = 0;
    isShown = true;
    cancelFrame = publish(() => {
      isShown = false;
      if (isDue) showNow();
      wake();
    });
  }

  /** Nothing is heard any more, and no frame is waited for. */
  function end(): void {
    closed = true;
    cancelFrame?.();
    clearTimeout(breath);
  }

  function release(): void {
    controller.abort();
    const leaving = iterator;
    iterator = null;
    // Not awaited: return() of a source that hangs hangs as well.
    void Promise.resolve()
      .then(() => leaving?.return?.())
      .catch(() => undefined);
  }

  function close(): void {
    if (closed) return;
    end();
    release();
  }

  /** The answer is over; the body's own end is let through, so that the server does not see a cut. */
  function drain(reading: AsyncIterator<unknown>): void {
    end();
    const timer = setTimeout(release, DRAIN_MS);
    const over = (): void => {
      clearTimeout(timer);
      release();
    };
    Promise.resolve(reading.next()).then(over, over);
  }

  async function read(): Promise<void> {
    if (options.waitFor !== null) await options.waitFor;
    const free = isClosed() ? undefined : options.whenFree?.(controller.signal);
    if (free !== undefined) await free;
    // Closed while it waited: the source is never asked.
    if (isClosed()) return;
    const reading = options.open(controller.signal)[Symbol.asyncIterator]();
    iterator = reading;
    // Closed by what it was made of: it is not begun.
    if (isClosed()) {
      release();
      return;
    }
    for (;;) {
      const result = await reading.next();
      if (isClosed()) return;
      if (result.done === true) {
        end();
        accept({ type: 'done' });
        return;
      }
      const events = isChunk(result.value) ? result.value : [result.value];
      const ended = !events.every(accept);
      if (isClosed()) return;
      if (ended) {
        drain(reading);
        return;
      }
      if (isShown) {
        isDue = true;
      } else {
        showNow();
        if (isClosed()) return;
      }
      for (const event of events) turnCharacters += writtenIn(event);
      const isFull = turnCharacters >= FRAME_CHARACTERS;
      if (isShown && (isFull || performance.now() - turnStartedAt >= FRAME_BUDGET_MS)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (!isFull && turnCharacters >= FLOOD_CHARACTERS)
            breath = setTimeout(resolve, BREATH_MS);
        });
        clearTimeout(breath);
        turnStartedAt = performance.now();
      }
    }
  }

  // A function, because the compiler takes a variable that was read once to keep its value over an await.
  const isClosed = (): boolean => closed;

  return {
    begin() {
      read().catch((thrown: unknown) => {
        if (closed) return;
        close();
        accept({ type: 'error', error: toGenerationError(thrown) });
      });
    },
    close,
  };
}

/** Whether a source said several events at once. */
export const isChunk = (
  said: StreamEvent | readonly StreamEvent[],
): said is readonly StreamEvent[] => Array.isArray(said);
