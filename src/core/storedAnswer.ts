import { cutOff, GenerationError } from './GenerationError.js';
import { storedSnapshot } from './mergeMessages.js';
import type { Part, Snapshot, Usage } from './Snapshot.js';
import type { Receipt, StopRecord } from './StopRecord.js';

/** A run as a server has kept it: what `onSettled` of `createRuns` was given, or as much of it. */
export interface StoredRun {
  id: string;
  messageId?: string | null;
  parts: readonly Part[];
  outcome: 'complete' | 'stopped' | 'interrupted' | 'disconnected' | 'error';
  /** Why it was stopped, or how the model said it finished. */
  reason: string | null;
  by: StopRecord['by'] | null;
  limit?: number;
  receipt?: Receipt | null;
  usage?: Usage | null;
  error?: string | null;
  startedAt?: number;
  durationMs?: number;
}

/** A kept run as it is shown, and sent to a model: with its parts, how it ended, and the mark of its stop. */
export function storedAnswer(run: StoredRun): Snapshot {
  const text = run.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const whole: Snapshot = {
    ...storedSnapshot(text),
    runId: run.id,
    messageId: run.messageId ?? null,
    parts: run.parts,
    usage: run.usage ?? null,
  };
  switch (run.outcome) {
    case 'complete':
      return { ...whole, finishReason: run.reason };
    case 'stopped':
      return { ...whole, status: 'stopped', stopRecord: recordOf(run, text) };
    case 'interrupted':
    case 'disconnected':
      return { ...whole, status: 'error', error: cutOff() };
    case 'error': {
      const message = run.error ?? 'The model failed without saying why.';
      return { ...whole, status: 'error', error: new GenerationError('provider', message) };
    }
  }
}

function recordOf(run: StoredRun, text: string): StopRecord {
  const { id, limit, receipt, startedAt = 0, durationMs = 0 } = run;
  return {
    runId: id,
    reason: run.reason ?? 'user',
    by: run.by ?? 'user',
    ...(limit === undefined ? {} : { limit }),
    at: startedAt + durationMs,
    seenChars: text.length,
    frozenMs: 0,
    answeredMs: null,
    confirmation: 'confirmed',
    ...(receipt == null ? {} : { receipt }),
    persisted: 'backend',
  };
}
