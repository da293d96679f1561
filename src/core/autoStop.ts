import type { StopReason } from './StopRecord.js';

/** Budgets after which a run is stopped by itself; what is absent is unlimited. */
export interface AutoStop {
  /** No first word after this long. */
  firstTokenMs?: number;
  /** Nothing new for this long, once the answer has begun. */
  idleMs?: number;
  /** The whole run. */
  totalMs?: number;
  /** UTF-16 units of answer text. */
  characters?: number;
  /** Output tokens: as reported, else estimated at four characters each. */
  tokens?: number;
}

/** What a run has said so far. */
export interface Totals {
  /** UTF-16 units of its text. */
  characters: number;
  /** Those of all that the model wrote: text, reasoning, and what it told its tools. */
  written: number;
  /** Output tokens, where they were reported. */
  tokens: number | undefined;
}

/** Watches the budgets of one run. */
export interface BudgetWatch {
  /** Something arrived: with `speaks` a word of the answer, else what is said beside it. */
  seen(totals: Totals, speaks: boolean): void;
  end(): void;
}

/** Where nobody reported tokens, they are estimated. */
export const CHARACTERS_PER_TOKEN = 4;
/** A longer timer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts the clocks of a run's budgets; `onSpent` is called at most once. `heardSince`: since when its words can be
 * heard, `Infinity` while they cannot and nobody knows how silent it is.
 */
export function watchBudgets(
  budgets: AutoStop,
  onSpent: (reason: StopReason, limit: number) => void,
  heardSince: () => number = () => 0,
): BudgetWatch {
  const { firstTokenMs = Infinity, idleMs = Infinity, totalMs = Infinity } = budgets;
  const startedAt = performance.now();
  let seenAt: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const end = (): void => clearTimeout(timer);
  const spend = (reason: StopReason, limit: number): void => {
    end();
    onSpent(reason, limit);
  };
  // One timer for all clocks, armed for the nearest deadline; a token moves a number, not a timer.
  const arm = (): void => {
    end();
    const now = performance.now();
    const silentFrom = Math.max(seenAt ?? startedAt, Math.min(heardSince(), now));
    const silenceMs = seenAt === null ? firstTokenMs : idleMs;
    const wholeLeft = startedAt + totalMs - now;
    const left = Math.min(wholeLeft, silentFrom + silenceMs - now);
    if (left === Infinity) return;
    if (left > 0) timer = setTimeout(arm, Math.min(left, LONGEST_TIMER_MS));
    else if (left === wholeLeft) spend('total-time', totalMs);
    else spend(seenAt === null ? 'first-token' : 'idle', silenceMs);
  };
  arm();

  return {
    seen({ characters, written, tokens = Math.ceil(written / CHARACTERS_PER_TOKEN) }, speaks) {
      const first = speaks && seenAt === null;
      if (speaks) seenAt = performance.now();
      const { characters: most = Infinity, tokens: mostTokens = Infinity } = budgets;
      if (characters >= most) spend('characters', most);
      else if (tokens >= mostTokens) spend('tokens', mostTokens);
      else if (first) arm();
    },
    end,
  };
}
