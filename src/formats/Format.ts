import type { StopRecord, StreamEvent } from '../core/index.js';

/** A stop, as the readers of an answer are told of it. */
export interface ToldStop {
  runId: string;
  reason: string | null;
  by: StopRecord['by'] | null;
  limit?: number | undefined;
}

/** The bytes of an answer. */
export interface AnswerBody extends AsyncIterable<Uint8Array> {
  /** What the server calls them, where that is known. */
  mediaType?: string;
}

/** A wire format: bytes in, events out, one array per chunk. */
export interface Format {
  name: string;
  /** The content type that a body in this format always has, where it has one. */
  mediaType?: string;
  decode(body: AnswerBody): AsyncIterable<readonly StreamEvent[]>;
  /** The last frames of an answer that was stopped, where the format has words for it. */
  stopped?: (stop: ToldStop) => string;
  /** The frame that says why an answer failed, where clients of the format know no other. */
  failed?: (message: string) => string;
}
