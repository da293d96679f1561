import type { Snapshot } from './Snapshot.js';

/** Text that stays on the screen until a run's own has taken its place. */
export interface Floor {
  /** What is on the screen now. */
  view(state: Snapshot): Snapshot;
  /** Whether it is the text of another run. */
  readonly isOld: boolean;
}

/** Keeps an old answer until the first word of the new one. */
export function untilFirstWord(before: Snapshot): Floor {
  return { isOld: true, view: (state) => (state.parts.length > 0 ? state : over(state, before)) };
}

/** Keeps what is shown until a replay of it has caught up. */
export function untilOvertaken(before: Snapshot): Floor {
  const size = sizeOf(before);
  return {
    isOld: false,
    view(state) {
      const ahead = state.text.length - before.text.length;
      return ahead > 0 || (ahead === 0 && sizeOf(state) >= size) ? state : over(state, before);
    },
  };
}

const over = (state: Snapshot, { text, parts }: Snapshot): Snapshot => ({ ...state, text, parts });

/** How much an answer holds; lengths only, because reading the text would flatten it. */
function sizeOf({ parts }: Snapshot): number {
  return parts.reduce(
    (size, part) => size + 1 + (part.type === 'tool-call' ? part.arguments : part.text).length,
    0,
  );
}
