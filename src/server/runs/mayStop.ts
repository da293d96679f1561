import type { RunInfo, StopIntent } from './Bus.js';

/** Whether a stop may touch this run at all. */
export function mayStop(run: RunInfo, { userId, conversationId }: StopIntent): boolean {
  if (conversationId !== undefined && conversationId !== run.conversationId) return false;
  return userId === null || userId === run.userId;
}

/** The stop of a run that was on its way while its user stopped everything. */
export function stopAllIntent(run: RunInfo): StopIntent {
  return { runId: run.id, userId: run.userId, by: 'user', reason: 'user' };
}
