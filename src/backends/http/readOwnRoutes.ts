import type { BackendEvent, ListedConversation, Message } from '../../core/index.js';

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The rows of `GET /conversations/active`. */
export function readOwnList(said: unknown): readonly ListedConversation[] {
  const rows = isObject(said) && Array.isArray(said.conversations) ? said.conversations : [];
  return rows.filter(isObject).flatMap((row): ListedConversation[] => {
    const { id, status, runId, title, agentName, startedAt } = row;
    if (typeof id !== 'string') return [];
    return [
      {
        id,
        status: text(status) ?? 'active',
        ...(typeof runId === 'string' ? { turnId: runId } : {}),
        ...(typeof title === 'string' ? { title } : {}),
        ...(typeof agentName === 'string' ? { agentName } : {}),
        ...(typeof startedAt === 'string' ? { startedAt: new Date(startedAt) } : {}),
      },
    ];
  });
}

/** An event of `GET /conversations/:id/events`. */
export function readOwnEvent(said: unknown): readonly BackendEvent[] {
  if (!isObject(said) || typeof said.conversationId !== 'string') return [];
  const { conversationId, type } = said;
  const turnId = text(said.turnId);
  const named = turnId === undefined ? {} : { turnId };
  if (type === 'status' && typeof said.status === 'string') {
    return [{ type, conversationId, status: said.status, ...named }];
  }
  if (type !== 'settled') return [];
  const outcome = OUTCOMES.find((known) => known === said.outcome) ?? 'complete';
  const reason = text(said.reason);
  return [{ type, conversationId, ...named, outcome, ...(reason === undefined ? {} : { reason }) }];
}

const OUTCOMES = ['complete', 'stopped', 'interrupted', 'disconnected', 'error'] as const;

/** Messages that a server stores as stopkit shows them: an array, or `messages` in an object. */
export function readOwnHistory(said: unknown): Message[] {
  const messages = isObject(said) && 'messages' in said ? said.messages : said;
  // An app that stores snapshots gets back what it stored; another one maps its own with `readHistory`.
  return Array.isArray(messages) ? (messages as Message[]) : [];
}
