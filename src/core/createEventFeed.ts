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
  coming: Promise<IteratorResult<Said>> | null;
  controller: AbortController;
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
    left.coming?.catch(() => undefined);
    void Promise.resolve()
      .then(() => left.iterator.return?.())
      .catch(() => undefined);
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
        following = { iterator, coming: null, controller };
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
          const woken = new Promise<null>((resolve) => {
            wake = () => resolve(null);
          });
          const from = following;
          if (from !== null) from.coming ??= from.iterator.next();
          const result = await (from?.coming == null ? woken : Promise.race([from.coming, woken]));
          // A source that was left while it was read has no say any more.
          if (result === null || from === null || from !== following) continue;
          from.coming = null;
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
