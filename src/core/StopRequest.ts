import type { GenerationError } from './GenerationError.js';
import type { Usage } from './Snapshot.js';
import type { Receipt } from './StopRecord.js';

/** What is to be silenced. */
export type StopScope = 'generation' | 'speech' | 'all';

/** What a server is told at a stop. */
export interface StopRequest {
  runId?: string;
  turnId?: string;
  conversationId?: string;
  reason?: string;
  scope?: StopScope;
  seenChars?: number;
}

/** What a server answers to a stop. */
export interface StopAnswer {
  outcome: 'stopped' | 'stopping' | 'finished' | 'remembered' | 'idle' | 'refused';
  text?: string;
  messageId?: string;
  usage?: Usage;
  receipt?: Receipt;
  /** A sentence for the person. */
  message?: string;
  /** What a refusal comes from, for who has a sentence of their own for it. */
  error?: GenerationError;
}

/** Asks the server to stop; a rejection means that nobody answered. */
export type RequestStop = (
  request: StopRequest,
  init: { signal: AbortSignal },
) => Promise<StopAnswer>;
