import type { StopAnswer } from '../../core/index.js';
import { whenAnswered } from '../whenAnswered.js';
import type { TurnBook } from './createTurnBook.js';

/** A stop that was asked for and of which no end was heard. */
interface StopOut {
  answered: Promise<unknown>;
  isAnswered: boolean;
  /** As far as is known, nobody carried it out. */
  hasFailed: boolean;
  isBlind: boolean;
  isOfUnheard: boolean;
  /** How many turns that it released were stopped after it. */
  carried: number;
}

/** The stops that are out, one per conversation at most. */
export interface StopsOut {
  /** `isOfUnheard`: no word of the turn that it is meant for was heard. */
  add(id: string, asked: Promise<StopAnswer>, isOfUnheard: boolean): void;
  /** Resolves when it is answered and nothing is left of its turn, or at the signal. */
  whenFree(id: string, book: TurnBook, signal: AbortSignal): Promise<void>;
  over(id: string): void;
  /** A turn began that nobody here sent; says whether the stop that is out holds for it too. */
  carries(id: string, isNextInSight: boolean, wasAborted: boolean): boolean;
  /** Those that the server had answered: what it says from now on is newer. */
  answered(): ReadonlyMap<string, object>;
  /** Whether this very stop is out still. */
  has(id: string, stop: object): boolean;
}

// A stop releases what is queued, one message per turn; nobody queues this many.
const MOST_CARRIED = 10;

/** Keeps which stop is out in which conversation. */
export function createStopsOut(): StopsOut {
  const stops = new Map<string, StopOut>();
  return {
    add(id, asked, isOfUnheard) {
      const done = (hasFailed: boolean): void => {
        Object.assign(stop, { isAnswered: true, hasFailed });
      };
      const answered = asked.then(
        ({ outcome }) => done(outcome === 'refused'),
        () => done(true),
      );
      const stop: StopOut = {
        answered,
        isAnswered: false,
        hasFailed: false,
        isBlind: false,
        isOfUnheard,
        carried: 0,
      };
      stops.set(id, stop);
    },
    async whenFree(id, book, signal) {
      const out = stops.get(id);
      if (out !== undefined) await whenAnswered(out.answered);
      const stop = stops.get(id);
      if (stop === undefined) return;
      await book.whenFree(signal, stop.isOfUnheard);
      // A text that was taken back leaves the stop to the next one.
      if (!signal.aborted) stops.delete(id);
    },
    over: (id) => void stops.delete(id),
    carries(id, isNextInSight, wasAborted) {
      const stop = stops.get(id);
      if (stop === undefined) return false;
      // The end of the stopped turn was missed: a turn that is heard from now on may be anybody's.
      if (!isNextInSight) stop.isBlind = true;
      // What went on to its end released nothing that a stop should hold for.
      if (stop.hasFailed && !wasAborted) stop.isBlind = true;
      if (stop.isBlind || stop.carried >= MOST_CARRIED) return false;
      stop.carried += 1;
      return true;
    },
    answered: () => new Map([...stops].filter(([, { isAnswered }]) => isAnswered)),
    has: (id, stop) => stops.get(id) === stop,
  };
}
