import type { StreamEvent } from '../../core/index.js';
import type { RunInfo, RunOutcome, StopIntent, Tombstone } from './Bus.js';
import type { RunContent } from './RunSettled.js';

/** What becomes of a run whose last reader has left. */
export type OnDisconnect = 'stop' | 'continue' | { graceMs: number };

/** One run on the node that makes it. */
export interface LiveRun {
  readonly info: RunInfo;
  /** Aborts when the upstream is to be let go of. */
  readonly signal: AbortSignal;
  /** The run is registered; a stop that came before is applied now. */
  begin(stop: StopIntent | null): void;
  /** The run was refused and never was. */
  withdraw(): void;
  /** Takes in what the upstream said; false when the client must not see it any more. */
  accept(bytes: Uint8Array): Promise<boolean>;
  /** The upstream is over: by itself, or with an error. */
  finish(error?: { message: string; interrupted: boolean }): Promise<void>;
  /** A reader has no room: until then the upstream is not read, and nobody knows how silent it is. */
  holdUntil(room: Promise<void>): Promise<void>;
  /** How the upstream is let go of; resolves to whether it was. */
  setClosing(close: () => Promise<boolean>): void;
  stop(intent: StopIntent): void;
  /** The server goes down. */
  interrupt(): void;
  /** One more reader; returns its way out. */
  join(): () => void;
  /** Hears everything that is said from now on. */
  listen(listener: (events: readonly StreamEvent[]) => void): () => void;
  content(): RunContent;
  /** How it ended, also while that is still being kept; `null` before. */
  outcome(): RunOutcome | null;
  /** Whether it was stopped by the upstream itself, which has said so to the client. */
  toldItsStop(): boolean;
  /** Resolves when all is over and kept; to `null` when the run was refused. */
  readonly settled: Promise<Tombstone | null>;
}
