import type { Snapshot, Status } from './Snapshot.js';
import type { StopRecord } from './StopRecord.js';
import type { StopScope } from './StopRequest.js';

/** What a caller may say about a stop. */
export interface StopOptions {
  /** @default 'user' */
  reason?: string;
  /** @default 'generation' */
  scope?: StopScope;
}

/** Anything a Stop button can stop. */
export interface Stoppable {
  /** Calls the listener after every change; returns the way out. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): { status: Status; stopRecord: StopRecord | null; runId?: string | null };
  /** Whether something runs that can be stopped. */
  isActive(): boolean;
  /** Freezes what is shown at once and asks the server; resolves to the record, or `null` when nothing ran; never rejects. */
  stop(options?: StopOptions): Promise<StopRecord | null>;
  /** Asks the server again after a stop that was not confirmed. */
  retryStop(): Promise<StopRecord | null>;
  /** Holds the shown text still, during a press. */
  hold?(): void;
  /** Lets the shown text catch up after a press that was not a stop. */
  release?(): void;
}

/** One answer after another, from one source. */
export interface Generation<Input = unknown> extends Stoppable {
  getSnapshot(): Snapshot;
  /** Starts a run, after stopping the one that lives; resolves to its final snapshot and never rejects. */
  start(input: Input): Promise<Snapshot>;
  /** Starts the last input again; the old text stays until the first new word. */
  regenerate(): Promise<Snapshot>;
  /** Goes on with the same answer, where the source can. */
  continueAnswer(): Promise<Snapshot>;
  /** Stops what runs and goes back to idle. */
  reset(): void;
  /** Stops what runs, because nobody is left to see it. */
  dispose(): void;
}
