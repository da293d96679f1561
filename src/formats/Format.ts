import type { StreamEvent } from '../core/index.js';

/** A wire format: bytes in, events out, one array per chunk. */
export interface Format {
  name: string;
  decode(body: AsyncIterable<Uint8Array>): AsyncIterable<readonly StreamEvent[]>;
}
