import type { Part, StopRecord, Usage } from '../../core/index.js';
import type { RunInfo, RunOutcome } from './Bus.js';

/** What there is of a run's answer. */
export interface RunContent {
  text: string;
  parts: readonly Part[];
  /** The id the model gave its message. */
  messageId: string | null;
}

/** A run as it is to be kept: given to `onSettled` exactly once, before anybody is told that it is over. */
export interface RunSettled extends RunInfo, RunContent {
  outcome: RunOutcome;
  /** Why it was stopped, or how the model said it finished. */
  reason: string | null;
  by: StopRecord['by'] | null;
  /** The budget that was used up, when a budget stopped the run. */
  limit?: number;
  /** How much of the text was on the reader's screen, as the reader told. */
  seenChars: number | null;
  /** What the model reported, or an estimate that is marked as one. */
  usage: Usage | null;
  /** What went wrong, in a sentence, for `error` and `interrupted`. */
  error: string | null;
  durationMs: number;
}

/** A stop, as it is to be audited: given to `onStop` once for each run that was stopped. */
export interface StopAudit extends RunInfo {
  /** Who asked, also of what the app stopped with a `userId`; `null` when it was a budget or the app itself. */
  stoppedBy: string | null;
  by: StopRecord['by'];
  reason: string;
  outcome: RunOutcome;
  at: number;
}
