import type { StopAnswer } from '../../core/index.js';

/** `abortedTurn: true` says that the abort is on its way, not that anything has ended. */
export function readStop(said: unknown): StopAnswer {
  const { abortedTurn } = (said ?? {}) as { abortedTurn?: unknown };
  if (abortedTurn === false) return { outcome: 'idle', message: 'Nothing was running any more.' };
  return { outcome: 'stopping' };
}
