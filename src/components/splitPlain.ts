/** Cuts a growing text into blocks; the blocks joined are the text. */
export interface Splitter {
  /** Takes the next piece of the text, at a cost of that piece. */
  push(piece: string): void;
  /** Blocks that will not change any more; only ever appended to. */
  readonly settled: readonly string[];
  /** The block that is still being written. */
  tail(): string;
}

// A layout's cost is that of the block that grows, so a text without blank lines is cut as well.
const LONG = 4096;
// A line that never ends is cut between two words: what nobody can read may have one break too many.
const ENDLESS = 4 * LONG;

/** Cuts plain text after blank lines, and at a line's end where a block grew long. */
export function splitPlain(): Splitter {
  const settled: string[] = [];
  let tail = '';
  let isBlank = true;
  let isOver = false;

  return {
    settled,
    push(piece) {
      let from = 0;
      while (from < piece.length) {
        // Only the next character opens a block: an empty one would draw a line nobody wrote.
        if (isOver) {
          settled.push(tail);
          tail = '';
          isOver = false;
        }
        const newline = piece.indexOf('\n', from);
        let to = newline === -1 ? piece.length : newline + 1;
        // Looked for in this line alone: a text without spaces would be searched to its end for every line.
        const endless = from + Math.max(ENDLESS - tail.length, 0);
        const end = endless + piece.slice(endless, to).indexOf(' ') + 1;
        const isEndless = end > endless && end < to;
        if (isEndless) to = end;
        const line = piece.slice(from, to);
        tail += line;
        isBlank &&= line.trim() === '';
        if (newline !== -1 || isEndless) {
          isOver = isBlank || tail.length > LONG;
          isBlank = true;
        }
        from = to;
      }
    },
    tail: () => tail,
  };
}
