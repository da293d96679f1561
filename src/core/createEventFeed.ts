import type { StreamEvent } from './StreamEvent.js';

/** What a source says at a time. */
export type Said = StreamEvent | readonly StreamEvent[];

/** Everything that is said about one turn, by its own source and by a backend's events, in one order. */
export interface EventFeed {
  /** `index`: the event's place in its turn, where known; a doubled one is dropped, a late one waited for. */
  push(event: StreamEvent, index?: number): void;
  /** Whether events are waited for that have not come. */
  hasGap(): boolean;
  /** Reads on from a source, or lets go of it; the feed is over when its source is. */
  follow(open: ((signal: AbortSignal) => AsyncIterable<Said>) | null): void;
  read(signal: AbortSignal): AsyncGenerator<Said>;
}

interface Following {
  iterator: AsyncIterator<Said>;
  controller: AbortController;
  isAsked: boolean;
  /** What it said when it was asked, or throws what it threw; `null` until then. */
  take: (() => IteratorResult<Said>) | null;
}

/** A queue between the ways an answer can come and the run it belongs to. */
export function createEventFeed(): EventFeed {
  const early = new Map<number, StreamEvent>();
  let ready: StreamEvent[] = [];
  let next = 0;
  let following: Following | null = null;
  let wake: (() => void) | null = null;

  function leave(): void {
    const left = following;
    following = null;
    if (left === null) return;
    left.controller.abort();
    // Nobody hears any more how the source takes it.
    void Promise.resolve()
      .then(() => left.iterator.return?.())
      .catch(() => undefined);
  }

  /** Asks once for each of its words: a race of what comes would leave something behind at every push. */
  async function ask(from: Following): Promise<void> {
    from.isAsked = true;
    try {
      const result = await from.iterator.next();
      from.take = () => result;
    } catch (thrown) {
      from.take = () => {
        throw thrown;
      };
    }
    wake?.();
  }

  return {
    push(event, index) {
      if (index === undefined) {
        ready.push(event);
      } else if (index >= next) {
        early.set(index, event);
        for (let due = early.get(next); due !== undefined; due = early.get(next)) {
          early.delete(next);
          next += 1;
          ready.push(due);
        }
      }
      wake?.();
    },
    hasGap: () => early.size > 0,
    follow(open) {
      leave();
      if (open !== null) {
        const controller = new AbortController();
        const iterator = open(controller.signal)[Symbol.asyncIterator]();
        following = { iterator, controller, isAsked: false, take: null };
      }
      wake?.();
    },
    async *read(signal) {
      const onAbort = (): void => wake?.();
      signal.addEventListener('abort', onAbort);
      try {
        while (!signal.aborted) {
          if (ready.length > 0) {
            const events = ready;
            ready = [];
            yield events;
            continue;
          }
          const from = following;
          if (from === null || from.take === null) {
            const woken = new Promise<void>((resolve) => {
              wake = resolve;
            });
            if (from?.isAsked === false) void ask(from);
            await woken;
            continue;
          }
          const { take } = from;
          from.isAsked = false;
          from.take = null;
          const result = take();
          if (result.done === true) return;
          yield result.value;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        leave();
      }
    },
  };
}
