import type { BackendEvent, ListedConversation } from '../core/index.js';
import { backOffMs, isOver, pause } from '../core/pause.js';

/** Asks the list again and again, and tells what changed as events; for servers that push none. */
export async function pollList(
  list: () => Promise<readonly ListedConversation[]>,
  everyMs: number,
  signal: AbortSignal,
  tell: (event: BackendEvent) => void,
): Promise<void> {
  let before = new Map<string, ListedConversation>();
  let failures = 0;
  while (!isOver(signal)) {
    try {
      const rows = new Map((await list()).map((row) => [row.id, row]));
      if (isOver(signal)) return;
      tell({ type: 'connection', state: 'open' });
      for (const { id, status, turnId } of rows.values()) {
        tell({ type: 'status', conversationId: id, status, ...named(turnId) });
      }
      for (const { id, turnId } of before.values()) {
        if (rows.has(id)) continue;
        tell({ type: 'status', conversationId: id, status: 'idle', ...named(turnId) });
      }
      before = rows;
      failures = 0;
      await pause(everyMs, signal);
    } catch {
      if (isOver(signal)) return;
      tell({ type: 'connection', state: 'reconnecting' });
      await pause(backOffMs(failures), signal);
      failures += 1;
    }
  }
}

const named = (turnId: string | undefined): { turnId?: string } =>
  turnId === undefined ? {} : { turnId };
