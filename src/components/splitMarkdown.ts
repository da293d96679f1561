import { LIST_ITEM, nothingOpen, readMarkdownLine } from './markdownLine.js';
import type { Splitter } from './splitPlain.js';

// The beginning of a line that may still turn out to be a list's next item.
const PERHAPS_ITEM = /^(?:[-*+]|\d{1,9}[.)]?)$/;

/** Cuts Markdown at blank lines outside code blocks, lists, mathematics and HTML. */
export function splitMarkdown(): Splitter {
  const settled: string[] = [];
  const open = nothingOpen();
  /** The whole lines of the block that is being written, and the line that is. */
  let lines = '';
  let line = '';
  let isList = false;
  /** A blank line came: what follows decides whether the block is over. */
  let mayEnd = false;

  function decide(isWhole: boolean): void {
    if (line.trim() === '') return;
    if (isList && !isWhole && PERHAPS_ITEM.test(line)) return;
    mayEnd = false;
    // What is indented belongs to the list, the note or the indented code above it.
    if (/^\s/.test(line) || (isList && LIST_ITEM.test(line))) return;
    settled.push(lines);
    lines = '';
    isList = false;
  }

  function endLine(): void {
    readMarkdownLine(open, line.replace(/\r?\n$/, ''));
    const isInside = open.fence !== '' || open.isMath || open.tag !== '';
    if (!isInside && line.trim() === '' && lines !== '') mayEnd = true;
    isList ||= !isInside && LIST_ITEM.test(line);
    lines += line;
    line = '';
  }

  return {
    settled,
    push(piece) {
      let from = 0;
      while (from < piece.length) {
        const newline = piece.indexOf('\n', from);
        const to = newline === -1 ? piece.length : newline + 1;
        line += piece.slice(from, to);
        if (mayEnd) decide(newline !== -1);
        if (newline !== -1) endLine();
        from = to;
      }
    },
    tail: () => lines + line,
  };
}
