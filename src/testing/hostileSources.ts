import type { RunRequest, Source, StreamEvent } from '../core/index.js';

const SPEAK_EVERY_MS = 5;
const FIRST_WORDS = 3;

const word = (text = 'word '): StreamEvent => ({ type: 'text', delta: text });

const forever = (): Promise<never> => new Promise<never>(() => undefined);

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

async function* firstWords(): AsyncGenerator<StreamEvent> {
  for (let said = 0; said < FIRST_WORDS; said++) {
    await pause(SPEAK_EVERY_MS);
    yield word();
  }
}

/** An iterator by hand, for what a generator would not do. */
function iterate(
  next: () => Promise<IteratorResult<StreamEvent>>,
  leave?: () => Promise<IteratorResult<StreamEvent>>,
): AsyncIterable<StreamEvent> {
  return {
    [Symbol.asyncIterator]: () => (leave === undefined ? { next } : { next, return: leave }),
  };
}

async function speak(): Promise<IteratorResult<StreamEvent>> {
  await pause(SPEAK_EVERY_MS);
  return { done: false, value: word() };
}

type Request = RunRequest<unknown>;

/**
 * Sources that behave as badly as real ones do, by name. Give each to your app in place of its own source and
 * press Stop: the text must freeze, `stop()` must settle in time, the next run must work, and the console must
 * stay empty.
 */
export const hostileSources = {
  /** Says nothing, ever, and does not hear its signal. */
  async *neverYields() {
    yield await forever();
  },
  /** Speaks for ever and does not look at its signal. */
  async *ignoresItsSignal() {
    for (;;) {
      await pause(SPEAK_EVERY_MS);
      yield word();
    }
  },
  /** Says what was still under way once it was told to stop. */
  async *yieldsAfterAbort({ signal }: Request) {
    yield* firstWords();
    await aborted(signal);
    for (let said = 0; said < 100; said++) {
      yield word('late ');
      await pause(SPEAK_EVERY_MS);
    }
    yield { type: 'done' };
  },
  /** Fails well after it was told to stop. */
  async *throwsLate({ signal }: Request) {
    yield* firstWords();
    await aborted(signal);
    await pause(10 * SPEAK_EVERY_MS);
    throw new Error('The upstream failed long after the stop.');
  },
  /** Fails by itself with a string, which has neither a name nor a message. */
  async *throwsStrings() {
    yield* firstWords();
    // oxlint-disable-next-line typescript/only-throw-error -- the point of this source
    throw 'out of tokens';
  },
  /** Fails before there is anything to read. */
  throwsAtOnce() {
    throw new Error('The source could not even begin.');
  },
  /** Speaks, and never finishes its own clean-up. */
  returnHangs: () => iterate(speak, forever),
  /** Speaks, and fails in its own clean-up. */
  returnThrows: () =>
    iterate(speak, () => {
      throw new Error('The clean-up failed.');
    }),
  /** Speaks a little, then leaves its reader waiting, with no way to let go of it. */
  nextNeverSettles() {
    let said = 0;
    return iterate(() => (said++ < FIRST_WORDS ? speak() : forever()));
  },
  /** Ends in the middle of the answer, as a cut connection does. */
  async *endsWithoutMark() {
    yield* firstWords();
    yield { type: 'done', outcome: 'interrupted' };
  },
  /** Speaks without ever letting a timer or a frame run. */
  async *neverGivesWay() {
    for (;;) yield await Promise.resolve(word());
  },
  /** The same, a large chunk at a time. */
  async *neverGivesWayInChunks() {
    for (;;) yield await Promise.resolve(Array.from({ length: 100 }, () => word()));
  },
  /** Says that it is done, and goes on. */
  async *speaksAfterDone() {
    yield* firstWords();
    yield { type: 'done' };
    for (;;) {
      await pause(SPEAK_EVERY_MS);
      yield word('late ');
    }
  },
  /** Yields what is not an event at all. */
  async *yieldsGarbage() {
    yield* firstWords();
    for (const garbage of [[], { type: 'unheard-of' }, null, 7, 'text']) {
      await pause(SPEAK_EVERY_MS);
      // What the types forbid is the point of this source.
      yield garbage as StreamEvent;
    }
  },
} satisfies Record<string, Source<unknown>>;

/** The name of a hostile source. */
export type HostileSourceName = keyof typeof hostileSources;
