const WORD = /[A-Za-z0-9]/;
const PUNCTUATION = /[\p{P}\p{S}]/u;
// Behind a slash and before a mark a sign is part of a path.
const PATH = /^\/[\p{P}\p{S}]/u;
// What can still become a tag or an address. A variable of one letter has no attributes, as `<a` and `<p` have.
const TAG = /^<(?![^ap] )\/?[a-z][\w-]*(?: +[\w-]*(?:=["'][^<>\n]*)?|:[^\s<>]*)?\/?$/i;

/** Closes emphasis, code and strike-through that are open at the end, and shows a half-written link as its words. */
export function closeInlineMarkdown(text: string): string {
  const open: string[] = [];
  const signs = new Set<string>();
  let at = 0;
  while (at < text.length) {
    const sign = text.charAt(at);
    if (sign === '\\') {
      at += 2;
    } else if (sign === '`') {
      const run = runAt(text, at);
      const from = at + run.length;
      const end = endOfCode(text, from, run);
      if (end === -1) {
        return closeAll(text.slice(0, from) + text.slice(from).replace(/`+$/, ''), [...open, run]);
      }
      at = end;
    } else if (sign === '[') {
      const link = /^\[([^[\]]*)\]\([^)\s]*(?:\s+(?:["'][^)]*)?)?$/.exec(text.slice(at));
      if (link !== null) {
        const isImage = text.charAt(at - 1) === '!';
        const words = isImage ? '' : closeInlineMarkdown(link[1] ?? '');
        return closeAll(text.slice(0, isImage ? at - 1 : at) + words, open);
      }
      at += 1;
    } else if (
      sign === '<' &&
      // Right behind a letter it means less, or ends an element.
      (text.charAt(at + 1) === '/' || !WORD.test(text.charAt(at - 1))) &&
      TAG.test(text.slice(at))
    ) {
      return closeAll(text.slice(0, at), open);
    } else if ('*_~'.includes(sign)) {
      const run = runAt(text, at);
      // Half of the sign that closes what is open.
      if (at + run.length === text.length && open.at(-1) === run + run) {
        return closeAll(text.slice(0, at), open);
      }
      mark(text, at, run, open, signs);
      at += run.length;
    } else {
      at += 1;
    }
  }
  return closeAll(text, open);
}

/** Opens or closes what a run of `*`, `_` or `~` stands for. */
function mark(text: string, at: number, run: string, open: string[], signs: Set<string>): void {
  const previous = text.charAt(at - 1);
  const next = text.charAt(at + run.length);
  if (run.startsWith('~') && run.length !== 2) return;
  const isLine = run.startsWith('_');
  const isInWord = isLine
    ? isLetter(previous) && isLetter(next)
    : WORD.test(previous) && WORD.test(next);
  if (previous.trim() !== '' && open.includes(run) && !(isInWord && isLine)) {
    open.length = open.lastIndexOf(run);
  } else if (run === '***' && open.length > 0 && previous.trim() !== '') {
    open.splice(-2);
  } else if (!isInWord && run.length <= 3 && next.trim() !== '') {
    // The partner of one that opened nothing opens nothing.
    if (signs.delete(run) || PATH.test(previous + next)) return;
    // Behind a closing bracket one alone multiplies, or sets an index.
    if (run.length === 1 && /[)\]}]/.test(previous)) return;
    // CommonMark: before a punctuation mark it opens only behind another one, or a space.
    if (isLetter(previous) && PUNCTUATION.test(next)) {
      if (run.length > 1) signs.add(run);
      return;
    }
    if (run.length === 3) open.push(run.slice(1), run.charAt(0));
    else open.push(run);
  } else if (next === '' && previous.trim() === '') {
    open.push(run);
  }
}

const isLetter = (sign: string): boolean => sign.trim() !== '' && !PUNCTUATION.test(sign);

/** The signs that close what is open; one that no word follows yet is left out instead. */
function closeAll(text: string, open: readonly string[]): string {
  if (open.length === 0) return text;
  const closers = [...open].reverse();
  let words = text.trimEnd();
  while (closers[0] !== undefined && words.endsWith(closers[0])) {
    words = words.slice(0, -closers[0].length).trimEnd();
    closers.shift();
  }
  return words + closers.join('');
}

function runAt(text: string, at: number): string {
  let end = at;
  while (text.charAt(end) === text.charAt(at)) end += 1;
  return text.slice(at, end);
}

function endOfCode(text: string, from: number, run: string): number {
  for (let at = text.indexOf('`', from); at !== -1; at = text.indexOf('`', at)) {
    const next = runAt(text, at);
    at += next.length;
    if (next === run) return at;
  }
  return -1;
}
