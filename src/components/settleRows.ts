import type { ConversationInfo } from '../core/index.js';
import { isLive } from './conversationPhase.js';

type Rows = readonly ConversationInfo[];

/** The rows to show: while a list is held, none of them leaves or moves, and new ones come last. */
export function settleRows(shown: Rows, conversations: Rows, isHeld: boolean): Rows {
  const next = isHeld ? keepPlaces(shown, conversations) : conversations.filter(isLive);
  const isSame = next.length === shown.length && next.every((row, place) => row === shown[place]);
  return isSame ? shown : next;
}

function keepPlaces(shown: Rows, conversations: Rows): Rows {
  const latest = new Map(conversations.map((info) => [info.id, info]));
  const kept = shown.map((row) => {
    const now = latest.get(row.id);
    latest.delete(row.id);
    return now ?? ended(row);
  });
  return [...kept, ...[...latest.values()].filter(isLive)];
}

/** A row of which nothing is said any more. */
const ended = (row: ConversationInfo): ConversationInfo =>
  row.status === 'idle' && !row.stopping ? row : { ...row, status: 'idle', stopping: false };
