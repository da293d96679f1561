import type { ConnectionOptions } from '../../formats/sendRequest.js';
import { askJson } from '../askJson.js';
import type { StoredChunk } from './readChunks.js';

/** The chunks that were read so far. */
export interface StoredChunks {
  /** All chunks of the conversation at this address; only what is new is asked for. */
  read(conversationId: string, url: string): Promise<readonly StoredChunk[]>;
  /** What is stored was rewritten; of all conversations it may have been while nothing was heard. */
  forget(conversationId?: string): void;
}

/** Keeps chunks, so that every one of them is sent once. */
export function createStoredChunks(options: ConnectionOptions): StoredChunks {
  const chunks = new Map<string, readonly StoredChunk[]>();
  let forgotten = 0;
  return {
    async read(id, url) {
      const before = forgotten;
      const known = chunks.get(id) ?? [];
      const since = known.at(-1)?.seq ?? 0;
      const answer = (await askJson(`${url}?sinceSeq=${since}`, options)) as {
        chunks?: StoredChunk[];
      } | null;
      // What was rewritten meanwhile is in no answer that was asked for before; one that was asked for from the start is
      // whole, but is not kept.
      if (forgotten !== before) return since > 0 ? this.read(id, url) : (answer?.chunks ?? []);
      // Another read may have been faster: chunks are told apart by number.
      const all = new Map(
        [...(chunks.get(id) ?? known), ...(answer?.chunks ?? [])].map((c) => [c.seq, c]),
      );
      const sorted = [...all.values()].sort((a, b) => a.seq - b.seq);
      chunks.set(id, sorted);
      return sorted;
    },
    forget(id) {
      forgotten += 1;
      if (id === undefined) chunks.clear();
      else chunks.delete(id);
    },
  };
}
