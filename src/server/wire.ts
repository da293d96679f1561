import { GenerationError, type StreamEvent } from '../core/index.js';
import { encodeStopkitStream, STOPKIT_STREAM_TYPE } from '../formats/stopkitStream.js';

/** That an answer was stopped, and why and by whom as far as that is known. */
export type ToldEnd = Omit<Extract<StreamEvent, { type: 'done' }>, 'type'>;

/** What may be said between the frames of a stream without parsing it. */
export interface Wire {
  /** Says nothing, and keeps the connection open. */
  heartbeat: Uint8Array;
  /** An error as a frame of its own. */
  errorFrame(message: string): Uint8Array;
  /** That the answer was stopped, as a frame of its own that nobody else's client takes for words. */
  stopFrame(told: ToldEnd): Uint8Array;
  /** Whether a frame has just ended, by the last four bytes. */
  endsFrame(tail: number): boolean;
}

/** The `tail` of a stream in which nothing was said yet. */
export const START_OF_STREAM = 0x0a0a0a0a;

const encoder = new TextEncoder();

const sse: Wire = {
  heartbeat: encoder.encode(': \n\n'),
  // Both clients' habits at once: Anthropic's reads the event's name, OpenAI's the `error` inside.
  errorFrame: (message) =>
    encoder.encode(
      `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'upstream_error', message } })}\n\n`,
    ),
  stopFrame: (told) => encoder.encode(`: ${JSON.stringify({ stopkit: told })}\n\n`),
  endsFrame: (tail) =>
    (tail & 0xffff) === 0x0a0a || tail === 0x0d0a0d0a || (tail & 0xffff) === 0x0d0d,
};

const stopkitLines: Wire = {
  heartbeat: encoder.encode('\n'),
  errorFrame: (message) =>
    encoder.encode(
      encodeStopkitStream({ type: 'error', error: new GenerationError('provider', message) }),
    ),
  stopFrame: (told) => encoder.encode(encodeStopkitStream({ type: 'done', ...told })),
  endsFrame: (tail) => (tail & 0xff) === 0x0a,
};

/** The wire of a content type; `null` where nothing may be put in between. */
export function wireOf(contentType: string): Wire | null {
  switch (contentType.split(';', 1)[0]?.trim().toLowerCase()) {
    case 'text/event-stream':
      return sse;
    case STOPKIT_STREAM_TYPE:
      return stopkitLines;
    default:
      return null;
  }
}

/** The last four bytes after `bytes` were added. */
export function tailAfter(tail: number, bytes: Uint8Array): number {
  let next = tail;
  for (let at = Math.max(0, bytes.length - 4); at < bytes.length; at++) {
    next = ((next << 8) | (bytes[at] ?? 0)) >>> 0;
  }
  return next;
}
