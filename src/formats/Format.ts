import type { StreamEvent } from '../core/index.js';

/** A wire format: bytes in, events out, one array per chunk. */
export interface Format {
  name: string;
  /** The content type that a body in this format always has, where it has one. */
  mediaType?: string;
  decode(body: AsyncIterable<Uint8Array>): AsyncIterable<readonly StreamEvent[]>;
}
