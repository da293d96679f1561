import type { Message } from '../../core/index.js';
import type { TurnBook } from './createTurnBook.js';
import { readChunks, type StoredChunk } from './readChunks.js';

const MOST_READS = 3;

/** Messages of what is stored, called as the turns were that were seen. */
export async function readHistory(
  read: () => Promise<readonly StoredChunk[]>,
  book: TurnBook,
): Promise<Message[]> {
  for (let reads = 1; ; reads += 1) {
    const turn = book.newest();
    const stored = await read();
    const isSame = book.newest() === turn;
    // Of a turn that began meanwhile nobody knows whether its question is there already.
    if (!isSame && reads < MOST_READS) continue;
    if (isSame) book.learn(stored);
    return readChunks(stored, book.nameOf);
  }
}
