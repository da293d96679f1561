import { closeParts } from '../../core/applyEvents.js';
import type { Receipt, StopRecord, Usage } from '../../core/index.js';
import type { RunInfo, RunOutcome, Tombstone } from './Bus.js';
import { clampParts, textOf } from './clampParts.js';
import type { RunContent, RunSettled } from './RunSettled.js';
import type { Ending } from './createTranscript.js';

/** How a run comes to its end. */
export interface End {
  outcome: RunOutcome;
  reason: string | null;
  by?: StopRecord['by'];
  limit?: number | undefined;
  error?: string;
}

/** The end that the model itself has told. */
export function endOf(ending: Ending | null): End | null {
  switch (ending?.type) {
    case undefined:
      return null;
    case 'done':
      return { outcome: 'complete', reason: ending.reason };
    case 'stopped':
      return { outcome: 'stopped', reason: ending.reason, by: ending.by, limit: ending.limit };
    case 'error': {
      const outcome = ending.interrupted ? 'interrupted' : 'error';
      return { outcome, reason: null, error: ending.message };
    }
  }
}

/** A run as it is kept: a person's stop cuts it where the person had read to. */
export function settledRun(ended: {
  info: RunInfo;
  end: End;
  all: RunContent;
  seenChars: number | null;
  usage: Usage | null;
  durationMs: number;
}): RunSettled {
  const { info, end, all, seenChars, usage, durationMs } = ended;
  const isCut = end.by === 'user' && seenChars !== null && seenChars < all.text.length;
  const kept = isCut ? clampParts(all.parts, seenChars) : all.parts;
  return {
    ...info,
    messageId: all.messageId,
    parts: closeParts(kept, Date.now(), end.outcome === 'complete'),
    text: isCut ? textOf(kept) : all.text,
    outcome: end.outcome,
    reason: end.reason,
    by: end.by ?? null,
    ...(end.limit === undefined ? {} : { limit: end.limit }),
    seenChars,
    usage,
    error: end.error ?? null,
    durationMs,
  };
}

/** What is remembered of it when it is kept, or could not be. */
export function tombstoneOf(
  run: RunSettled,
  { receipt, saved }: Pick<Tombstone, 'receipt' | 'saved'>,
): Tombstone {
  const { outcome, reason, by, limit, text, usage } = run;
  return {
    outcome,
    reason,
    by,
    ...(limit === undefined ? {} : { limit }),
    text: outcome === 'complete' ? text : null,
    usage,
    receipt,
    saved,
  };
}

const BYTES_PER_TOKEN = 4;

/** What was measured of a stop, from when it was heard. */
export function measured(
  upstreamClosedMs: number | null,
  savedMs: number | null,
  late: { chunks: number; bytes: number },
  chars: number,
): Receipt {
  return {
    upstreamClosedMs,
    savedMs,
    chunksAfterStop: late.chunks,
    // What did not close may go on making tokens that nobody counts.
    ...(upstreamClosedMs === null
      ? {}
      : { tokensAfterStop: Math.ceil(late.bytes / BYTES_PER_TOKEN) }),
    ...(savedMs === null ? {} : { savedChars: chars }),
  };
}
