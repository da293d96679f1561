import type { ConversationTurn } from './conversationTurn.js';
import type { ConversationTurns } from './ConversationTurns.js';

/**
 * Where the end of an answer did not say who stopped it, the tab where that was pressed does: its word may be heard
 * before the end or after it.
 */
export function tellReason(
  { engine }: Pick<ConversationTurns, 'engine'>,
  { runId, toldReason }: ConversationTurn,
): void {
  const { by, reason } = engine.generation.getSnapshot().stopRecord ?? {};
  if (toldReason === null || by !== 'remote' || reason !== 'server') return;
  engine.tellReason(runId, toldReason);
}
