import { GenerationError, idleSnapshot, type Snapshot, type StopRecord } from 'stopkit/core';
import type { StoredTurn } from './openStore.js';

/** A stored turn's answer as the kit shows it; the page and the prompt are made from the same. */
export function storedSnapshot(turn: StoredTurn): Snapshot {
  const text = turn.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const shown: Snapshot = {
    ...idleSnapshot,
    status: 'complete',
    runId: turn.runId,
    text,
    parts: turn.parts,
    usage: turn.usage,
    finishReason: turn.reason,
  };
  switch (turn.outcome) {
    case 'complete':
    case 'running':
      return shown;
    case 'stopped':
      return { ...shown, status: 'stopped', stopRecord: recordOf(turn, text) };
    case 'interrupted':
    case 'disconnected':
      return {
        ...shown,
        status: 'error',
        error: new GenerationError('interrupted', 'The connection was lost.'),
      };
    case 'error':
      return {
        ...shown,
        status: 'error',
        error: new GenerationError('provider', turn.error ?? 'The model failed.'),
      };
  }
}

function recordOf(turn: StoredTurn, text: string): StopRecord {
  return {
    runId: turn.runId,
    reason: turn.reason ?? 'user',
    by: turn.by ?? 'user',
    at: turn.endedAt ?? 0,
    seenChars: text.length,
    frozenMs: 0,
    answeredMs: null,
    confirmation: 'confirmed',
    persisted: 'backend',
    ...(turn.receipt === null ? {} : { receipt: turn.receipt }),
  };
}
