import { type ContentEvent, writtenIn } from './applyEvents.js';
import type { Totals } from './autoStop.js';
import { createSeam } from './seam.js';

/** What a run has received, and what of it is not shown yet. */
export interface Inbox {
  add(event: ContentEvent): void;
  /** Everything that is not shown yet, which is shown from now on. */
  take(): readonly ContentEvent[];
  /** The answer is over, so that nothing is an echo any more. */
  end(): void;
  /** What follows was said before: counting starts again. */
  rewind(): void;
  totals(): Totals;
  /** UTF-16 units of this run's text that were taken. */
  seenChars(): number;
}

/** Keeps the received apart from the shown; `echoOf` is the text whose repetition is taken off the front. */
export function createInbox(echoOf: string | null, seenBefore: number): Inbox {
  let seam = echoOf === null ? null : createSeam(echoOf);
  let pending: ContentEvent[] = [];
  let characters = seenBefore;
  let seen = seenBefore;
  let besides = 0;
  let tokens: number | undefined;

  const endSeam = (): void => {
    const rest = seam?.end() ?? '';
    seam = null;
    if (rest !== '') pending.push({ type: 'text', delta: rest });
  };

  return {
    add(event) {
      if (event.type === 'text') {
        characters += event.delta.length;
        const delta = seam?.push(event.delta) ?? event.delta;
        if (delta !== '') pending.push(delta === event.delta ? event : { type: 'text', delta });
        return;
      }
      besides += writtenIn(event);
      if (event.type === 'usage') tokens = event.usage.outputTokens ?? tokens;
      // Words that another part follows are over, and keep their place before it.
      else if (seam !== null && seam.held() > 0) endSeam();
      pending.push(event);
    },
    take() {
      const taken = pending;
      pending = [];
      // A replay is counted from nothing, but what was seen stays seen.
      seen = Math.max(seen, characters - (seam?.held() ?? 0));
      return taken;
    },
    end: endSeam,
    rewind() {
      if (echoOf !== null) seam = createSeam(echoOf);
      pending = [];
      characters = 0;
      besides = 0;
      tokens = undefined;
    },
    totals: () => ({ characters, written: characters + besides, tokens }),
    seenChars: () => seen,
  };
}
