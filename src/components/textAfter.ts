import { type TextPart, textPieces } from '../core/index.js';

/** Whether `part` is what was said of `than` some time ago. */
export function isEarlier(part: TextPart, than: TextPart): boolean {
  const [then, now] = [textPieces(part), textPieces(than)];
  return then.list === now.list && then.count < now.count;
}

/** What `part` says after what `before` said; `null` when it is another text. */
export function textAfter(before: TextPart | null, part: TextPart): readonly string[] | null {
  if (part === before) return [];
  const now = textPieces(part);
  if (before === null) return now.list.slice(0, now.count);
  const then = textPieces(before);
  if (now.list === then.list) {
    return now.count < then.count ? null : now.list.slice(then.count, now.count);
  }
  // Parts that were made elsewhere share no list: here alone the whole text is compared.
  return part.text.startsWith(before.text) ? [part.text.slice(before.text.length)] : null;
}
