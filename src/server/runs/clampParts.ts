import type { Part } from '../../core/index.js';

/**
 * The parts as far as the reader had seen them: cut after `seenChars` units of text, never inside a
 * surrogate pair and never shorter. What follows the cut was not on the screen; a tool that had begun
 * to run stays, because it may have had effects.
 */
export function clampParts(parts: readonly Part[], seenChars: number): readonly Part[] {
  const kept: Part[] = [];
  let left = seenChars;
  let isCut = false;
  for (const part of parts) {
    if (isCut) {
      if (part.type === 'tool-call' && part.started) kept.push(part);
      continue;
    }
    if (part.type !== 'text' || part.text.length <= left) {
      kept.push(part);
      if (part.type === 'text') left -= part.text.length;
      continue;
    }
    const text = part.text.slice(0, wholeCharacters(part.text, left));
    if (text !== '') kept.push({ type: 'text', text });
    isCut = true;
  }
  return kept;
}

/** The first end at or after `length` that does not cut a surrogate pair in two. */
function wholeCharacters(text: string, length: number): number {
  if (length === 0) return 0;
  const before = text.charCodeAt(length - 1);
  const after = text.charCodeAt(length);
  const isInside = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  return isInside ? length + 1 : length;
}

/** All text parts, joined. */
export function textOf(parts: readonly Part[]): string {
  return parts.reduce((text, part) => (part.type === 'text' ? text + part.text : text), '');
}
