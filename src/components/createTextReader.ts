import type { TextPart } from '../core/index.js';
import type { Splitter } from './splitPlain.js';
import { isEarlier, textAfter } from './textAfter.js';

/** The blocks of a text, as far as they are to be drawn now. */
export interface TextBlocks {
  /** Only ever appended to: its first `count` blocks are drawn. */
  settled: readonly string[];
  count: number;
  tail: string;
  /** Changes when the text is another one, not a longer one. */
  version: number;
}

/** Reads a growing text part into blocks; reading the same part twice changes nothing. */
export interface TextReader {
  /** What to draw now; while the text grows, a new tail at most every `everyMs`. */
  read(part: TextPart, isLive: boolean): TextBlocks;
  /** How long until what was read may be drawn; `null` when all of it is. */
  dueInMs(): number | null;
}

/** Starts to read a text with the given way to cut it. */
export function createTextReader(split: () => Splitter, everyMs: number): TextReader {
  let before: TextPart | null = null;
  let splitter = split();
  let drawn: TextBlocks = { settled: splitter.settled, count: 0, tail: '', version: 0 };
  let drawnAt = -Infinity;
  let isBehind = false;

  return {
    read(part, isLive) {
      // Whoever renders may hold an older part than was followed since.
      const newest = isLive && before !== null && isEarlier(part, before) ? before : part;
      const more = textAfter(before, newest);
      const isOther = more === null;
      if (isOther) splitter = split();
      for (const piece of more ?? textAfter(null, newest) ?? []) splitter.push(piece);
      isBehind ||= before !== newest;
      before = newest;
      const now = performance.now();
      if (!isBehind || (isLive && !isOther && now - drawnAt < everyMs)) return drawn;
      const { settled } = splitter;
      drawn = {
        settled,
        count: settled.length,
        tail: splitter.tail(),
        version: drawn.version + Number(isOther),
      };
      drawnAt = now;
      isBehind = false;
      return drawn;
    },
    dueInMs: () => (isBehind ? drawnAt + everyMs - performance.now() : null),
  };
}
