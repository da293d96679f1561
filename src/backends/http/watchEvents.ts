import type { ConnectionOptions } from '../../formats/sendRequest.js';
import { sendRequest } from '../../formats/sendRequest.js';
import { mediaTypeOf } from '../../formats/readJson.js';
import { splitServerSentEvents } from '../../formats/splitServerSentEvents.js';
import { backOffMs, isOver, pause, STEADY_MS } from '../../core/pause.js';

/** What a stream of events tells about itself. */
export interface EventsWatcher {
  onData(said: unknown): void;
  onOpen(): void;
  onCut(): void;
}

/** Reads server-sent events until the signal, and comes back after every cut. */
export async function watchEvents(
  url: string,
  options: ConnectionOptions,
  signal: AbortSignal,
  watcher: EventsWatcher,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const response = await sendRequest(url, { signal }, options);
      if (!response.ok || mediaTypeOf(response) !== 'text/event-stream' || response.body === null) {
        // No such conversation yet, or no way to hear of it: that is no lost connection.
        void response.body?.cancel().catch(() => undefined);
      } else {
        watcher.onOpen();
        const openedAt = performance.now();
        try {
          await read(response.body, watcher);
        } finally {
          if (performance.now() - openedAt > STEADY_MS) failures = 0;
        }
        watcher.onCut();
      }
    } catch {
      if (!isOver(signal)) watcher.onCut();
    }
    await pause(backOffMs(failures), signal);
  }
}

async function read(body: ReadableStream<Uint8Array>, watcher: EventsWatcher): Promise<void> {
  const decoder = new TextDecoder();
  const splitter = splitServerSentEvents((data) => {
    try {
      watcher.onData(JSON.parse(data));
    } catch {
      // What is no JSON is none of ours.
    }
  });
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      splitter.push(decoder.decode(part.value, { stream: true }));
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
