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

/** The pieces a text part was made of; a part from elsewhere is one piece. */
export function textPieces(part: TextPart): TextPieces {
  return piecesOfPart.get(part) ?? { list: [part.text], count: part.text === '' ? 0 : 1 };
}

/** A text part with `delta` at its end, at a cost of the delta alone. */
export function appendText(part: TextPart | null, delta: string): TextPart {
  const next: TextPart = { type: 'text', text: part === null ? delta : part.text + delta };
  const known = part === null ? undefined : piecesOfPart.get(part);
  // A part that was grown from twice has a longer list than its own count: the second branch gets a copy.
  const list =
    known !== undefined && known.list.length === known.count
      ? known.list
      : part === null
        ? []
        : textPieces(part).list.slice(0, textPieces(part).count);
  list.push(delta);
  piecesOfPart.set(next, { list, count: list.length });
  return next;
}
