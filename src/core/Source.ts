import type { Snapshot } from './Snapshot.js';
import type { StreamEvent } from './StreamEvent.js';

/** What a source is asked for. */
export interface RunRequest<Input> {
  runId: string;
  input: Input;
  signal: AbortSignal;
  mode: 'start' | 'continue' | 'attach';
  /** The answer so far, when it is to be continued or attached to. */
  partial?: Snapshot;
}

/** The core's only view of the world: a request in, events out; an array is one chunk, and cheaper. */
export interface Source<Input> {
  (request: RunRequest<Input>): AsyncIterable<StreamEvent | readonly StreamEvent[]>;
  /** Set where the model can go on with a stopped answer, and how it is asked to. */
  continues?: 'prefill' | 'instruct';
}
