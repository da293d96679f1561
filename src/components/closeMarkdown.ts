import { closeInlineMarkdown } from './closeInlineMarkdown.js';
import { behindIndent, LIST_ITEM, nothingOpen, readMarkdownLine } from './markdownLine.js';

const ROW = /^\s*\|/;
const DELIMITERS = /^\s*\|?[\s:|-]*$/;
const UNDERLINE = /^[\s>]*(--?|=+)?\s*$/;
/** Nothing, a heading, or what ends one or some code: no words go on behind it. */
const COMPLETE = /^[\s>]*(?:#.*|~{3}.*|`{3}.*|=+\s*)?$/;

/** The block as it may be drawn while it is unfinished: what is open in it is closed. For drawing only, never stored. */
export function closeMarkdown(block: string): string {
  const lines = block.split('\n');
  const last = lines.pop() ?? '';
  const open = nothingOpen();
  for (const line of lines) readMarkdownLine(open, line);
  const before = { ...open };
  readMarkdownLine(open, last);

  if (open.fence !== '') {
    // The end of a code block, written in part, is not code.
    const mark = behindIndent(open.indent, last);
    const isPartOfEnd =
      before.fence !== '' && mark !== '' && '``~~'.includes(mark) && before.fence.startsWith(mark);
    return `${[...lines, isPartOfEnd ? '' : last].join('\n')}\n${open.indent}${open.fence}`;
  }
  if (open.isMath) return `${block}${before.isMath && last.endsWith('$') ? '$' : '\n$$'}`;
  if (before.fence !== '' || before.isMath) return block;
  const isTable = ROW.test(last) && !ROW.test(lines.at(-2) ?? '');
  const closed = isTable ? closeTable(lines, last) : closeParagraph(lines, last);
  return open.tag === '' ? closed : `${closed}\n\n${open.tag === '!--' ? '-->' : `</${open.tag}>`}`;
}

/** A table is one from its first row on: the line of dashes is drawn before it is written. */
function closeTable(lines: string[], last: string): string {
  const header = lines.at(-1) ?? '';
  const hasHeader = ROW.test(header);
  if (hasHeader && !DELIMITERS.test(last)) return closeParagraph(lines, last);
  const rows = hasHeader ? lines : [...lines, closeParagraph([], last)];
  const cells = (hasHeader ? header : last).trim().replace(/^\||\|$/g, '');
  return [...rows, `|${' --- |'.repeat(cells.split('|').length)}`].join('\n');
}

/** Closes what is open in the words since the last line that began something new. */
function closeParagraph(lines: readonly string[], last: string): string {
  let from = lines.length;
  // Below words the first sign of a list would make a heading of them; that of a quote alone says nothing yet.
  let words = UNDERLINE.test(last) && from > 0 && lines[from - 1]?.trim() !== '' ? '' : last;
  while (from > 0 && !beginsAnew(words, lines[from - 1] ?? '')) {
    from -= 1;
    words = `${lines[from] ?? ''}\n${words}`;
  }
  // A cell is closed in itself: what was open in the one before it is just a sign.
  const start = ROW.test(words)
    ? words.lastIndexOf('|') + 1
    : (LIST_ITEM.exec(words)?.[0].length ?? 0);
  const closed = words.slice(0, start) + closeInlineMarkdown(words.slice(start));
  return [...lines.slice(0, from), closed].join('\n');
}

/** Whether a line is not part of the words above it; those of a quote go on behind its sign. */
function beginsAnew(line: string, above: string): boolean {
  return (
    COMPLETE.test(above) ||
    /^[\s>]*[#|]/.test(line) ||
    LIST_ITEM.test(line.replace(/^[\s>]+/, '')) ||
    quotesIn(line) > quotesIn(above)
  );
}

const quotesIn = (line: string): number => (/^[\s>]*/.exec(line)?.[0] ?? '').split('>').length;
