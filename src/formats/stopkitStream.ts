import { GenerationError, type StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { readFrames } from './readFrames.js';
import { splitLines } from './splitLines.js';

/** The content type of stopkit's own stream. */
export const STOPKIT_STREAM_TYPE = 'application/vnd.stopkit+ndjson';

/** stopkit's own stream: a line of JSON for every event; an empty line says only that the server is alive. */
export function stopkitStream(): Format {
  return {
    name: 'stopkit-stream',
    mediaType: STOPKIT_STREAM_TYPE,
    decode: (body) => readFrames(body, splitLines, { read: readEvent }),
  };
}

/** Writes events as lines of stopkit's own stream. */
export function encodeStopkitStream(...events: readonly StreamEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

type WireError = Pick<GenerationError, 'code' | 'message' | 'retryable'> &
  Partial<Pick<GenerationError, 'status' | 'retryAfterMs'>>;

function readEvent(line: unknown): readonly StreamEvent[] {
  // The line comes from our own encoder; what could hurt the reader is looked at, the rest is believed.
  const event = line as { type: string; delta?: unknown; error: WireError };
  switch (event.type as StreamEvent['type']) {
    case 'error': {
      const { code, message, ...details } = event.error;
      return [{ type: 'error', error: new GenerationError(code, message, details) }];
    }
    case 'text':
    case 'reasoning':
    case 'tool-arguments':
      if (typeof event.delta !== 'string') throw new TypeError('A delta is not text.');
      return [event as StreamEvent];
    case 'start':
    case 'replay':
    case 'reasoning-end':
    case 'tool-call':
    case 'tool-ready':
    case 'tool-running':
    case 'tool-result':
    case 'usage':
    case 'done':
      return [event as StreamEvent];
  }
  if (typeof event.type !== 'string') throw new TypeError('An event has no type.');
  return [];
}
