/** A place where one side puts values down and the other takes them, one at a time. */
export interface Handoff<Value> extends AsyncIterable<Value> {
  /** Resolves once the taker has come back for more, or is gone. */
  put(value: Value): Promise<void>;
  /** No more values: the taker's loop ends, and nobody waits for a taker any more. */
  end(): void;
  /** The taker is gone: whatever is still given is dropped. */
  leave(): void;
}

/** Hands values over without a queue, so that the giver never runs ahead of the taker. */
export function createHandoff<Value>(): Handoff<Value> {
  let waiting: ((result: IteratorResult<Value, undefined>) => void) | null = null;
  let offered: { value: Value } | null = null;
  let taken: (() => void) | null = null;
  let over = false;
  const finished: IteratorResult<Value, undefined> = { done: true, value: undefined };

  const release = (): void => {
    const resolve = taken;
    taken = null;
    resolve?.();
  };
  const end = (): void => {
    over = true;
    waiting?.(finished);
    waiting = null;
    release();
  };
  const leave = (): void => {
    offered = null;
    end();
  };

  return {
    put(value) {
      if (over) return Promise.resolve();
      return new Promise((resolve) => {
        taken = resolve;
        if (waiting === null) {
          offered = { value };
          return;
        }
        const hand = waiting;
        waiting = null;
        hand({ done: false, value });
      });
    },
    end,
    leave,
    [Symbol.asyncIterator]: () => ({
      next() {
        if (offered !== null) {
          const { value } = offered;
          offered = null;
          return Promise.resolve({ done: false, value });
        }
        release();
        if (over) return Promise.resolve(finished);
        return new Promise((resolve) => {
          waiting = resolve;
        });
      },
      return() {
        leave();
        return Promise.resolve(finished);
      },
    }),
  };
}
