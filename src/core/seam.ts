import type { Source } from './Source.js';

const LONGEST_ECHO = 200;
// Shorter repeats are more often the language ("the the", "l" + "lo") than an echo.
const SHORTEST_ECHO = 4;

/** Takes the echo of the text so far off the front of its continuation. */
export interface Seam {
  /** What of `delta` is new; empty while it may still be an echo. */
  push(delta: string): string;
  /** How much is held back, because it may still be an echo. */
  held(): number;
  /** What was held back when the continuation ended. */
  end(): string;
}

/** A model asked to go on often repeats the last words first; the longest such repeat is dropped. */
export function createSeam(textSoFar: string): Seam {
  const tail = textSoFar.slice(-LONGEST_ECHO);
  let held: string | null = '';

  const cut = (head: string): string => {
    for (let length = Math.min(head.length, tail.length); length >= SHORTEST_ECHO; length--) {
      if (tail.endsWith(head.slice(0, length))) return head.slice(length);
    }
    return head;
  };

  return {
    push(delta) {
      if (held === null) return delta;
      held += delta;
      if (startsInside(tail, held)) return '';
      const fresh = cut(held);
      held = null;
      return fresh;
    },
    held: () => held?.length ?? 0,
    end() {
      const rest = held === null ? '' : cut(held);
      held = null;
      return rest;
    },
  };
}

/** Whether `head` stands somewhere in `tail` with text after it, so that the echo may go on. */
function startsInside(tail: string, head: string): boolean {
  const at = tail.indexOf(head);
  return at !== -1 && at + head.length < tail.length;
}

/** The whole of a continued answer, from a server that gives the whole or the continuation alone. */
export function joinText(
  before: string,
  text: string,
  continues: Source<never>['continues'],
): string {
  if (text.startsWith(before)) return text;
  if (continues !== 'instruct') return before + text;
  const seam = createSeam(before);
  return before + seam.push(text) + seam.end();
}
