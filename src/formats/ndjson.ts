import type { StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { readFrames } from './readFrames.js';
import { splitLines } from './splitLines.js';

/** What else is to be known about an app's own stream. */
export interface NdjsonOptions {
  /** False where the lines never say `done`, so that the end of the body is the end of the answer. @default true */
  hasEndMarker?: boolean;
}

/** An app's own stream of JSON lines: `read` says what a line means, and nothing for a line to skip. */
export function ndjson(
  read: (line: unknown) => StreamEvent | readonly StreamEvent[] | null | undefined,
  options: NdjsonOptions = {},
): Format {
  const isEndMarked = options.hasEndMarker ?? true;
  return {
    name: 'ndjson',
    decode: (body) =>
      readFrames(body, splitLines, {
        read: (line) => [read(line) ?? []].flat(),
        end: () => (isEndMarked ? null : [{ type: 'done' }]),
      }),
  };
}
