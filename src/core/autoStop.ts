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

/** Watches the budgets of one run. */
export interface BudgetWatch {
  /** Something arrived; `characters` and `tokens` are the run's totals. */
  seen(totals: { characters: number; tokens: number | undefined }): void;
  end(): void;
}

const CHARACTERS_PER_TOKEN = 4;
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
    clearTimeout(timer);
    const now = performance.now();
    let nearest: { reason: StopReason; limit: number; in: number } | null = null;
    const consider = (reason: StopReason, limit: number | undefined, from: number): void => {
      if (limit === undefined) return;
      const left = from + limit - now;
      if (nearest === null || left < nearest.in) nearest = { reason, limit, in: left };
    };
    consider('total-time', budgets.totalMs, startedAt);
    const silentFrom = Math.max(seenAt ?? startedAt, Math.min(heardSince(), now));
    if (seenAt === null) consider('first-token', budgets.firstTokenMs, silentFrom);
    else consider('idle', budgets.idleMs, silentFrom);
    const due = nearest as { reason: StopReason; limit: number; in: number } | null;
    if (due === null) return;
    if (due.in <= 0) spend(due.reason, due.limit);
    else timer = setTimeout(arm, Math.min(due.in, LONGEST_TIMER_MS));
  };
  arm();

  return {
    seen({ characters, tokens }) {
      const first = seenAt === null;
      seenAt = performance.now();
      if (budgets.characters !== undefined && characters >= budgets.characters) {
        spend('characters', budgets.characters);
        return;
      }
      const made = tokens ?? Math.ceil(characters / CHARACTERS_PER_TOKEN);
      if (budgets.tokens !== undefined && made >= budgets.tokens) {
        spend('tokens', budgets.tokens);
        return;
      }
      if (first) arm();
    },
    end,
  };
}
