import type { GenerationError } from './GenerationError.js';
import type { Usage } from './Snapshot.js';
import type { StopRecord } from './StopRecord.js';

/** What a source may say, one event at a time. */
export type StreamEvent =
  /** Ids the server gave. */
  | { type: 'start'; runId?: string; messageId?: string }
  /** What follows was said before, as many `chars` of text; shown text stays until it is overtaken. */
  | { type: 'replay'; chars?: number }
  | { type: 'text'; delta: string }
  | { type: 'reasoning'; delta: string }
  | { type: 'reasoning-end' }
  | { type: 'tool-call'; id: string; name: string; arguments?: string }
  | { type: 'tool-arguments'; id: string; delta: string }
  /** The arguments are whole. */
  | { type: 'tool-ready'; id: string }
  /** The tool has begun to run and may have effects from here on. */
  | { type: 'tool-running'; id: string }
  | { type: 'tool-result'; id: string; result: unknown; failed?: boolean }
  | { type: 'usage'; usage: Usage }
  | {
      type: 'done';
      reason?: string;
      outcome?: 'complete' | 'stopped' | 'interrupted';
      by?: StopRecord['by'];
      limit?: number;
    }
  | { type: 'error'; error: GenerationError };
