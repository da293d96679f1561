import { useEffect, useState } from 'react';
import type { ModelCount } from '../server/askModel.js';

/** What the model made after a press, by its own count. */
export interface Paid {
  /** Milliseconds after the press of each token. */
  after: readonly number[];
  closedMs: number | null;
  over: boolean;
}

const NOTHING: Paid = { after: [], closedMs: null, over: false };
const EVERY_MS = 250;

/** Asks the model's own process what it made since the press, until it is over. */
export function usePaid(runId: string | null, pressedAt: number | null): Paid {
  const [paid, setPaid] = useState(NOTHING);
  useEffect(() => {
    if (runId === null || pressedAt === null) return;
    const ask = async (): Promise<void> => {
      const response = await fetch(`/api/model/${runId}`);
      const count = (await response.json()) as ModelCount | null;
      if (count === null) return;
      const { closedAt, over, madeAt } = count;
      const after = madeAt.filter((at) => at > pressedAt).map((at) => at - pressedAt);
      setPaid({ after, closedMs: closedAt === null ? null : closedAt - pressedAt, over });
      if (over) clearInterval(timer);
    };
    // A server that is away for a moment is asked again.
    const timer = setInterval(() => void ask().catch(() => undefined), EVERY_MS);
    return () => clearInterval(timer);
  }, [runId, pressedAt]);
  return pressedAt === null ? NOTHING : paid;
}
