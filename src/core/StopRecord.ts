import type { GenerationError } from './GenerationError.js';

/** Why a run was stopped; an app may use words of its own. */
export type StopReason =
  | 'user'
  | 'replaced'
  | 'unmount'
  | 'first-token'
  | 'idle'
  | 'total-time'
  | 'characters'
  | 'tokens'
  | 'other-tab'
  | 'operator'
  | 'server'
  | (string & {});

/** What is known of the server's side of a stop. */
export type Confirmation =
  | 'not-asked'
  | 'pending'
  | 'accepted'
  | 'confirmed'
  | 'already-finished'
  | 'unconfirmed'
  | 'refused';

/** What the server measured, on its own clock, from when it heard the stop; `null` is "nobody reported it". */
export interface Receipt {
  upstreamClosedMs: number | null;
  savedMs: number | null;
  chunksAfterStop: number;
  tokensAfterStop?: number;
  savedChars?: number;
}

/** One stop: who, why, when, and what is known of its effect. */
export interface StopRecord {
  runId: string;
  reason: StopReason;
  by: 'user' | 'auto' | 'remote' | 'replaced';
  /** The budget that was used up, when a budget stopped the run. */
  limit?: number;
  /** The run was stopped while it waited to be sent, so that its input can be given back. */
  unsent?: true;
  /** The wall clock at the press. */
  at: number;
  /** UTF-16 units of this run's text that were on the screen. */
  seenChars: number;
  /** From the press to frozen text, on the client's clock. */
  frozenMs: number;
  /** From the press to the server's answer, on the client's clock. */
  answeredMs: number | null;
  /** From the press to giving up on an answer, where none came. */
  waitedMs?: number | undefined;
  confirmation: Confirmation;
  /** A sentence the server gave with its answer. */
  message?: string | undefined;
  /** What its refusal comes from. */
  error?: GenerationError | undefined;
  receipt?: Receipt | undefined;
  persisted?: 'backend' | 'browser' | 'no';
}
