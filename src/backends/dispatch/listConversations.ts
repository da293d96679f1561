import type { ListedConversation } from '../../core/index.js';
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
