/** What is open at the end of a Markdown line and goes on in the next one. */
export interface OpenMarkdown {
  /** The mark that ends the code block. */
  fence: string;
  /** What stands before the fence's mark: a quote's sign or a list's indentation. */
  indent: string;
  /** A `$$` block. */
  isMath: boolean;
  /** Mathematics that began with `$$` behind words. */
  isInline: boolean;
  /** The HTML element, and how deep it is in itself. */
  tag: string;
  depth: number;
}

/** Nothing open. */
export const nothingOpen = (): OpenMarkdown => ({
  fence: '',
  indent: '',
  isMath: false,
  isInline: false,
  tag: '',
  depth: 0,
});

/** Where a list's item begins. */
export const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])(?=\s|$)/;

const FENCE = /^([\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?)(`{3,}(?=[^`]*$)|~{3,})/;
const HTML =
  /^ {0,3}<(?:(details|div|table|section|article|aside|figure|pre|script|style|textarea)(?=[\s>]|$)|(!--))/i;

/** Takes in one whole line: opens and closes code, mathematics and HTML. */
export function readMarkdownLine(open: OpenMarkdown, line: string): void {
  // A quote ends where a line has no sign of it, and its code block with it.
  if (open.indent.includes('>') && !/^\s*>/.test(line)) open.fence = open.indent = '';
  if (open.fence !== '') {
    const mark = behindIndent(open.indent, line).trimEnd();
    if (mark.length >= open.fence.length && mark === open.fence.charAt(0).repeat(mark.length)) {
      open.fence = open.indent = '';
    }
    return;
  }
  if (!open.isMath) {
    const fence = FENCE.exec(line);
    if (fence !== null) {
      open.indent = (fence[1] ?? '').replace(/[^\s>]/g, ' ');
      open.fence = fence[2] ?? '';
      return;
    }
  }
  const isOdd = line.split('$$').length % 2 === 0;
  if (open.isMath || (line.trimStart().startsWith('$$') && !open.isInline)) {
    open.isMath = open.isMath !== isOdd;
    return;
  }
  open.isInline = line.trim() !== '' && open.isInline !== isOdd;
  if (open.tag === '') {
    const [, element, comment] = HTML.exec(line) ?? [];
    open.tag = element?.toLowerCase() ?? comment ?? '';
  }
  if (open.tag === '') return;
  open.depth += openings(line, open.tag);
  if (open.depth <= 0) {
    open.tag = '';
    open.depth = 0;
  }
}

/** A line of a code block without its quotes' signs and indentation: three more spaces at most, or it is only code. */
export function behindIndent(indent: string, line: string): string {
  const quotes = indent.split('>');
  const spaces = spaced(quotes.pop() ?? '').length + 3;
  const before = new RegExp(`^${'\\s*>'.repeat(quotes.length)} {0,${spaces}}`);
  return spaced(line).replace(before, '');
}

const spaced = (text: string): string => text.replaceAll('\t', '    ');

function openings(line: string, tag: string): number {
  if (tag === '!--') return line.includes('-->') ? -Infinity : 1;
  const begun = line.match(new RegExp(`<${tag}(?=[\\s>]|$)`, 'gi'))?.length ?? 0;
  return begun - (line.match(new RegExp(`</${tag}`, 'gi'))?.length ?? 0);
}
