import { lastingOf, type ListedConversation } from './ConversationInfo.js';

type Row = Partial<ListedConversation>;

/** What is said of a conversation besides its status: its title, who answers, and what it does just now. */
export interface Details {
  get(): Row;
  /** A list or a word said so; few lists say what events told of the activity. */
  learn(next: Row): void;
  /** A new turn begins. */
  begin(): void;
  /** So much of its text is shown: who writes does what was said before no more. */
  shown(length: number): void;
  /** It goes on writing. */
  wrote(): void;
}

/** What making details needs. */
export interface DetailsOptions {
  /** How much is shown now; `Infinity` where only `wrote` tells, because words that came before may not be shown yet. */
  lengthNow: () => number;
  onChange: () => void;
}

export function createDetails({ lengthNow, onChange }: DetailsOptions): Details {
  let row: Row = {};
  let lengthThen = 0;

  function set(next: Row): void {
    row = next;
    onChange();
  }
  function wrote(): void {
    // Asked first: it is called for each word.
    if (row.activity === undefined) return;
    const { activity: _, ...rest } = row;
    set(rest);
  }

  return {
    get: () => row,
    learn(next) {
      const { activity } = row;
      const all = activity === undefined ? next : { activity, ...next };
      if (all.activity !== activity) lengthThen = lengthNow();
      set(all);
    },
    begin() {
      row = lastingOf(row);
    },
    shown(length) {
      if (length > lengthThen) wrote();
    },
    wrote,
  };
}
