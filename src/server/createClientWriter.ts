import { after } from './after.js';
import type { Client } from './Client.js';
import { START_OF_STREAM, tailAfter, type ToldEnd, type Wire, wireOf } from './wire.js';

/** How a client is written to. */
export interface ClientWriterOptions {
  /** Headers of every answer, failures too. */
  headers: Record<string, string>;
  /** The content type the answer is going to have; with it heartbeats can begin before the head. */
  contentType?: string | undefined;
  /** The frame of a failure. @default the one that most clients of the content type know */
  failed?: (message: string) => string | undefined;
  heartbeatMs: number;
  stallMs: number;
  /** The client left, or took nothing for `stallMs`; whatever is written from here on is dropped. */
  onLost: (why: 'left' | 'stalled') => void;
}

/** A failure as the client is told about it. */
export interface Failure {
  status: number;
  /** A sentence for a person. */
  message: string;
  retryAfter?: string | null;
  /** What else a client of ours may read in it. */
  stopkit?: ToldEnd;
}

/** Writes one answer to one client, with heartbeats, backpressure and a stall limit. */
export interface ClientWriter {
  /** The content type that was sent, `null` before the head. */
  sentType(): string | null;
  /** Sends the head, with `content-type` among its lower-case headers. */
  open(status: number, headers: Record<string, string>): void;
  /** `null` when more may be written at once, else resolves when there is room or nobody is left. */
  write(bytes: Uint8Array): Promise<void> | null;
  end(): void;
  /** Ends an answer that was stopped, and says so as far as the wire has words for it. */
  stop(told: ToldEnd): void;
  /** A status and a sentence, or an error frame, or a cut connection: what the wire still allows. */
  fail(failure: Failure): void;
}

/** What keeps proxies, caches and compressors from holding a stream back. */
export const STREAM_HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
const encoder = new TextEncoder();

export function createClientWriter(client: Client, options: ClientWriterOptions): ClientWriter {
  let sentType: string | null = null;
  let wire: Wire | null = options.contentType === undefined ? null : wireOf(options.contentType);
  let tail = START_OF_STREAM;
  let over = false;
  let waiting: { done: Promise<void>; resume: () => void } | null = null;
  let lastWriteAt = performance.now();
  let cancelHeartbeat = after(options.heartbeatMs, beat);
  let offGone = (): void => undefined;

  function close(): void {
    over = true;
    cancelHeartbeat();
    offGone();
    waiting?.resume();
  }

  function lose(why: 'left' | 'stalled'): void {
    if (over) return;
    close();
    options.onLost(why);
  }

  function beat(): void {
    const dueMs = lastWriteAt + options.heartbeatMs - performance.now();
    // One timer per heartbeat, not one per token.
    cancelHeartbeat = after(dueMs > 1 ? dueMs : options.heartbeatMs, beat);
    if (dueMs > 1 || wire === null || waiting !== null || !wire.endsFrame(tail)) return;
    if (sentType === null && options.contentType !== undefined) {
      open(200, { 'content-type': options.contentType });
    }
    void put(wire.heartbeat);
  }

  function open(status: number, headers: Record<string, string>): void {
    if (over || sentType !== null) return;
    sentType = headers['content-type'] ?? '';
    wire = wireOf(sentType);
    client.open(status, { ...options.headers, ...headers });
  }

  function put(bytes: Uint8Array): Promise<void> | null {
    if (over) return null;
    lastWriteAt = performance.now();
    tail = tailAfter(tail, bytes);
    return client.write(bytes) ? null : (waiting?.done ?? waitForRoom());
  }

  function waitForRoom(): Promise<void> {
    let resume: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      const cancelStall = after(options.stallMs, () => {
        client.cut();
        lose('stalled');
      });
      resume = () => {
        cancelStall();
        waiting = null;
        resolve();
      };
    });
    waiting = { done, resume };
    client.onDrain(resume);
    return done;
  }

  offGone = client.onGone(() => lose('left'));

  function end(): void {
    if (over) return;
    const full = waiting;
    // A reader that takes nothing keeps its limit: the end comes when there is room, or never.
    waiting = null;
    close();
    if (full === null) client.end();
    else void full.done.then(() => client.end());
  }

  function cut(): void {
    close();
    client.cut();
  }

  function fail({ status, message, retryAfter, stopkit }: Failure): void {
    if (over) return;
    if (sentType === null) {
      open(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...(retryAfter == null ? {} : { 'retry-after': retryAfter }),
      });
      client.write(encoder.encode(JSON.stringify({ error: message, stopkit })));
    } else if (wire?.endsFrame(tail) === true) {
      const words = options.failed?.(message);
      client.write(words === undefined ? wire.errorFrame(message) : encoder.encode(words));
    } else {
      // Inside a frame, or where there are none, an error would read as part of the answer.
      cut();
      return;
    }
    end();
  }

  return {
    sentType: () => sentType,
    open,
    write: put,
    end,
    stop(told) {
      if (over) return;
      const { contentType } = options;
      if (contentType !== undefined && wire !== null) open(200, { 'content-type': contentType });
      if (sentType === null) {
        fail({ status: 409, message: 'This answer was stopped.', stopkit: told });
        return;
      }
      if (wire === null) {
        // Where there are no frames, an end would say that the answer is whole.
        cut();
        return;
      }
      if (wire.endsFrame(tail)) client.write(wire.stopFrame(told));
      end();
    },
    fail,
  };
}
