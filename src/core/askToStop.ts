import { LONGEST_TIMER_MS } from './autoStop.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop, StopAnswer, StopScope } from './StopRequest.js';
import { CONFIRMATION, type StopVerdict } from './transition.js';

/** What a question to the server needs. */
export interface AskOptions {
  requestStop: RequestStop;
  about: StopRecord;
  scope?: StopScope | undefined;
  /** @default 5000 */
  withinMs?: number | undefined;
  /** @default now */
  pressedAt?: number | undefined;
  /** The question before, for which nobody waits any more: it would hold a connection this one needs. */
  previous: Question | null;
  /** What the server said and when, or that it could not be asked or said nothing in time; also when it comes late. */
  tell: (verdict: StopVerdict, answeredMs: number | null) => void;
  /** Time is up. */
  onLimit?: () => void;
}

/** A stop that is out. */
export interface Question {
  /** Resolves when the last word is known, or time is up; never rejects. */
  readonly over: Promise<void>;
  /** The last word is known. */
  end(): void;
  /** Nobody waits for the answer any more. */
  abandon(): void;
}

/** Asks the server to stop; always over within the limit, whatever the server does. */
export function askToStop(options: AskOptions): Question {
  const { about, scope, tell, pressedAt = performance.now() } = options;
  const controller = new AbortController();
  let resolveOver: () => void;
  const over = new Promise<void>((resolve) => {
    resolveOver = resolve;
  });
  const end = (): void => {
    clearTimeout(timer);
    resolveOver();
  };
  const waitedMs = (): number => performance.now() - pressedAt;
  const giveUp = (): void => tell({ outcome: 'unconfirmed', waitedMs: waitedMs() }, null);
  options.previous?.abandon();
  const timer = setTimeout(
    () => {
      giveUp();
      options.onLimit?.();
      end();
    },
    Math.min(options.withinMs ?? 5_000, LONGEST_TIMER_MS),
  );

  const ask = async (): Promise<void> => {
    // One microtask later, so that the reader is closed and the record is in place before anyone is asked.
    await Promise.resolve();
    let verdict: StopAnswer;
    try {
      const { runId, reason, seenChars } = about;
      const request = { runId, reason, seenChars, ...(scope === undefined ? {} : { scope }) };
      verdict = read(await options.requestStop(request, { signal: controller.signal }));
    } catch {
      if (!controller.signal.aborted) giveUp();
      return;
    }
    tell(verdict, waitedMs());
  };
  void ask();

  return { over, end, abandon: () => controller.abort() };
}

/** Whether this is a word that a server may answer a stop with. */
export const isOutcome = (said: unknown): said is StopAnswer['outcome'] =>
  // The one that is no word of a server: nobody answered.
  said !== 'unconfirmed' && Object.keys(CONFIRMATION).includes(said as string);

/** An answer without an outcome we know is a server that took the request, and no more. */
function read(answer: unknown): StopAnswer {
  // The shape is looked at; what else an answer may hold is optional.
  const said = answer as StopAnswer | null | undefined;
  return isOutcome(said?.outcome) ? said : { outcome: 'stopping' };
}
