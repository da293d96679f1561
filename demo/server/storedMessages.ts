import { type Snapshot, storedAnswer } from 'stopkit/core';
import type { StoredTurn } from './openStore.js';

/** A stored turn's answer as the kit shows it; the page and the prompt are made from the same. */
export const storedSnapshot = (turn: StoredTurn): Snapshot =>
  storedAnswer({
    ...turn,
    id: turn.runId,
    outcome: turn.outcome === 'running' ? 'complete' : turn.outcome,
    startedAt: turn.endedAt ?? 0,
  });
