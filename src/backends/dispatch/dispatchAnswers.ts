import type { ListedConversation, StopAnswer } from '../../core/index.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';
import { askJson } from '../askJson.js';

/** The last status that an event told, and when. */
export interface SaidStatus {
  status: string;
  at: number;
}

// The row of a conversation is written a moment after its event was sent.
const ROW_LAG_MS = 1_000;

/** All conversations; an event that was heard just now is newer than a row. */
export async function listConversations(
  options: ConnectionOptions & { baseUrl: string },
  said: ReadonlyMap<string, SaidStatus>,
): Promise<readonly ListedConversation[]> {
  const answer = (await askJson(`${options.baseUrl}/conversations`, options)) as {
    conversations?: { id: string; status: string; title?: string }[];
  } | null;
  return (answer?.conversations ?? []).map(({ id, status, title }) => {
    const event = said.get(id);
    const isFresh = event !== undefined && Date.now() - event.at < ROW_LAG_MS;
    return {
      id,
      status: isFresh ? event.status : status,
      ...(title === undefined ? {} : { title }),
    };
  });
}

/** `abortedTurn: true` says that the abort is on its way, not that anything has ended. */
export function readStop(said: unknown): StopAnswer {
  const { abortedTurn } = (said ?? {}) as { abortedTurn?: unknown };
  if (abortedTurn === false) return { outcome: 'idle', message: 'Nothing was running any more.' };
  return { outcome: 'stopping' };
}

/** Where the socket is when nobody says so: on the port after the next. */
export function socketUrlOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) {
    throw new TypeError(
      `stopkit: the socket of Dispatch cannot be told from the baseUrl "${baseUrl}". Pass the whole address, or socketUrl.`,
    );
  }
  const url = new URL(baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.port = '24205';
  return url.href;
}
