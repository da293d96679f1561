import type { TextPart } from './Snapshot.js';

/**
 * The deltas a text part was made of. The list is only ever appended to and shared by all parts that grew
 * from one another, so a view can draw what is new without slicing the whole text, which would flatten it.
 */
export interface TextPieces {
  readonly list: readonly string[];
  /** How many entries of `list` belong to this part. */
  readonly count: number;
}

const piecesOfPart = new WeakMap<TextPart, { list: string[]; count: number }>();

const piecesOf = (part: TextPart): { list: string[]; count: number } =>
  piecesOfPart.get(part) ?? { list: [part.text], count: part.text === '' ? 0 : 1 };

/** The pieces a text part was made of; a part from elsewhere is one piece. */
export const textPieces: (part: TextPart) => TextPieces = piecesOf;

const NO_TEXT: TextPart = { type: 'text', text: '' };

/** A text part with `delta` at its end, at a cost of the delta alone. */
export function appendText(part: TextPart | null, delta: string): TextPart {
  const before = part ?? NO_TEXT;
  const { list, count } = piecesOf(before);
  // A part that was grown from twice has a longer list than its own count: the second branch gets a copy.
  const own = list.length === count ? list : list.slice(0, count);
  own.push(delta);
  const next: TextPart = { type: 'text', text: before.text + delta };
  piecesOfPart.set(next, { list: own, count: own.length });
  return next;
}
