/** Reads what an upstream says, and lets go of it at the abort. */
export interface ByteReader {
  /** The next bytes; `null` at the end, and at once from the moment of an abort. */
  read(): Promise<Uint8Array | null>;
  /** Lets go of the source; true when it has let go in time. Never rejects, never hangs. */
  cancel(): Promise<boolean>;
}

/** What bytes can be read from. */
export type ByteSource = ReadableStream<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

// What ignores its cancellation for this long is left behind.
const CANCEL_LIMIT_MS = 1_000;

const encoder = new TextEncoder();

/** Opens a source for reading; nothing the source does can hold a read up after the abort. */
export function readBytes(source: ByteSource | null, signal: AbortSignal): ByteReader {
  const { next, letGo } = open(source);
  let over = false;
  let wake: ((nothing: null) => void) | null = null;
  let cancelled: Promise<boolean> | null = null;

  const finish = (): void => {
    over = true;
    signal.removeEventListener('abort', leave);
  };
  const cancel = (): Promise<boolean> => {
    if (cancelled !== null) return cancelled;
    // What was read to its end has nothing left to let go of.
    cancelled = over ? Promise.resolve(true) : withinLimit(letGo);
    finish();
    wake?.(null);
    return cancelled;
  };
  const leave = (): void => void cancel();

  const pull = async (): Promise<Uint8Array | null> => {
    try {
      const result = await next();
      if (over) return null;
      if (result.done !== true) return toBytes(result.value);
      finish();
      return null;
    } catch (thrown) {
      // A failure after the abort is the abort's own echo.
      if (over) return null;
      wake = null;
      leave();
      throw thrown;
    }
  };

  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();

  return {
    read() {
      if (over) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        wake = resolve;
        pull().then(resolve, reject);
      });
    },
    cancel,
  };
}

interface Opened {
  next: () => Promise<{ done?: boolean | undefined; value?: unknown }>;
  letGo: () => unknown;
}

function open(source: ByteSource | null): Opened {
  if (source === null) {
    return { next: () => Promise.resolve({ done: true }), letGo: () => undefined };
  }
  if ('getReader' in source) {
    // Not its iterator: that one's return() waits for the read that is pending.
    const reader = source.getReader();
    return { next: () => reader.read(), letGo: () => reader.cancel() };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    letGo() {
      // A Node stream's iterator waits for the pending read too; destroy() does not.
      if (isNodeStream(source)) source.destroy();
      return iterator.return?.();
    },
  };
}

function isNodeStream(source: object): source is { destroy: () => void } {
  return 'destroy' in source && typeof source.destroy === 'function';
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return encoder.encode(value);
  throw new TypeError(
    `stopkit: the upstream yielded a value of type ${typeof value}, and only strings and Uint8Array can be passed on. Turn it into text first.`,
  );
}

function withinLimit(letGo: () => unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), CANCEL_LIMIT_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    // A cancel that throws has let go as well: the source is broken, not open.
    Promise.resolve().then(letGo).then(done, done);
  });
}
