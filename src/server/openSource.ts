/** What bytes can be read from. */
export type ByteSource = ReadableStream<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/** Hears what a source says of its own accord. */
export interface Listener {
  /** A promise where there is no room for more. */
  give: (value: unknown) => Promise<void> | null;
  end: () => void;
  fail: (thrown: unknown) => void;
}

/** A source that was opened for reading. */
export interface OpenSource {
  next: () => Promise<{ done?: boolean | undefined; value?: unknown }>;
  /** Where the source can do without a promise for every chunk. */
  push?: (listener: Listener) => void;
  letGo: () => unknown;
}

/** What is used of a Node stream, by shape: this file runs where there is no Node as well. */
interface NodeStream extends AsyncIterable<unknown> {
  readonly destroyed?: boolean;
  readonly readableEnded?: boolean;
  readonly errored?: Error | null;
  on(event: string, listener: (value: unknown) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** Opens a stream, an iterable, or nothing at all. */
export function openSource(source: ByteSource | null): OpenSource {
  if (source === null) {
    return { next: () => Promise.resolve({ done: true }), letGo: () => undefined };
  }
  if ('getReader' in source) {
    // Not its iterator: that one's return() waits for the read that is pending.
    const reader = source.getReader();
    return { next: () => reader.read(), letGo: () => reader.cancel() };
  }
  if (isNodeStream(source)) return openNodeStream(source);
  const iterator = source[Symbol.asyncIterator]();
  return { next: () => iterator.next(), letGo: () => iterator.return?.() };
}

const cutOff = (): Error => new Error('The upstream closed before its end.');

function openNodeStream(stream: NodeStream): OpenSource {
  // Without a listener an error would end the process.
  stream.on('error', () => undefined);
  let iterator: AsyncIterator<unknown> | null = null;
  return {
    next: () => (iterator ??= stream[Symbol.asyncIterator]()).next(),
    push({ give, end, fail }) {
      // One that was over before it was handed on says nothing more.
      if (stream.readableEnded === true) {
        end();
        return;
      }
      if (stream.destroyed === true) {
        fail(stream.errored ?? cutOff());
        return;
      }
      stream.on('data', (chunk) => {
        const room = give(chunk);
        if (room === null) return;
        stream.pause();
        void room.then(() => stream.resume());
      });
      stream.on('end', end);
      stream.on('error', fail);
      stream.on('close', () => fail(cutOff()));
    },
    // Its iterator would wait for the pending read.
    letGo: () => stream.destroy(),
  };
}

function isNodeStream(source: object): source is NodeStream {
  return 'pipe' in source && 'destroy' in source;
}
