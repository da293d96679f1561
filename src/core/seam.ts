const LONGEST_ECHO = 200;
// Shorter repeats are more often the language ("the the", "l" + "lo") than an echo.
const SHORTEST_ECHO = 4;

/** Takes the echo of the text so far off the front of its continuation. */
export interface Seam {
  /** What of `delta` is new; empty while it may still be an echo. */
  push(delta: string): string;
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
