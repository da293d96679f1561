import type { AgentEvent } from './AgentEvent.js';
import type { StoredChunk } from './readChunks.js';

/** What is known of the turns of one conversation. */
export interface TurnBook {
  /** The newest turn that was seen, whether it is over, and whether nothing of it is left on the server. */
  newest(): Pick<Turn, 'turnId' | 'isOver' | 'isGone' | 'isAborted'> | null;
  /** Takes in an event; says what it is within its turn. */
  note(event: AgentEvent): 'first' | 'again' | 'next';
  /** The next events may be a repetition from the start. */
  expectReplay(): void;
  /** What happens from now on is not heard. */
  lookAway(): void;
  /** Whether every turn since the newest would have been heard. */
  isInSight(): boolean;
  /** Nothing of the turn is left on the server, whether or not its end was seen. */
  end(): void;
  /** Resolves when nothing follows the newest turn, or at the signal; `isUnheard`: one runs that is not in the book. */
  whenFree(signal: AbortSignal, isUnheard: boolean): Promise<void>;
  /** Which turn the answer to this stored question belongs to. */
  nameOf(questionSeq: number): string | undefined;
  /** Learns which questions began the turns; the newest must be the one from before the chunks were asked for. */
  learn(chunks: readonly StoredChunk[]): void;
}

interface Turn {
  turnId: string;
  isOver: boolean;
  /** Nothing of it is left on the server. */
  isGone: boolean;
  /** It was stopped. */
  isAborted: boolean;
  /** It told its question; a turn that begins by itself has none. */
  isAsked: boolean;
  /** It told that it began. */
  isBegun: boolean;
  steered: number;
}

// After its last word a turn is stored, and what is queued is carried on; an idle that was lost holds nobody longer.
const FREE_MS = 2_000;

/** Dispatch names turns only in live events, and chunks only by number: this keeps which is which. */
export function createTurnBook(): TurnBook {
  const names = new Map<number, string>();
  let turn: Turn | null = null;
  /** The turns up to the newest, between which none was missed. */
  let row: Turn[] = [];
  let sight: 'open' | 'repeats' | 'away' = 'open';
  let waiting: (() => void)[] = [];
  let freeing: ReturnType<typeof setTimeout> | undefined;

  function end(): void {
    clearTimeout(freeing);
    if (turn !== null) Object.assign(turn, { isOver: true, isGone: true });
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    newest: () => turn,
    note(event) {
      const isNew = turn?.turnId !== event.turnId;
      // Who asks twice before the first repetition is here is told twice.
      const isAgain = !isNew && (sight === 'repeats' || isToldBefore(turn, event.type));
      if (turn === null || isNew) {
        const fresh = { isOver: false, isGone: false, isAborted: false, isAsked: false };
        turn = { ...fresh, isBegun: false, steered: 0, turnId: event.turnId };
        row = sight === 'open' ? [...row, turn] : [turn];
      }
      // Words that were on their way when the page looked away are no sight of the end.
      if (sight === 'repeats') sight = 'open';
      if (isAgain) turn.steered = 0;
      if (event.type === 'user-message') Object.assign(turn, { isAsked: true, isBegun: false });
      if (event.type === 'turn-start') turn.isBegun = true;
      if (event.type === 'steering') turn.steered += 1;
      if (event.type === 'done') turn.isAborted = event.reason === 'aborted';
      if (event.type === 'done' || event.type === 'error' || event.type === 'turn-sealed') {
        const ended = turn;
        ended.isOver = true;
        clearTimeout(freeing);
        freeing = setTimeout(() => turn === ended && !ended.isGone && end(), FREE_MS);
      }
      return isNew ? 'first' : isAgain ? 'again' : 'next';
    },
    expectReplay() {
      sight = 'repeats';
    },
    lookAway() {
      sight = 'away';
    },
    isInSight: () => sight === 'open',
    end,
    async whenFree(signal, isUnheard) {
      const isGone = turn === null || turn.isGone;
      if ((isGone && !isUnheard) || signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    nameOf: (questionSeq) => names.get(questionSeq),
    learn(chunks) {
      if (turn === null) return;
      const questions = chunks.filter(({ role }) => role === 'user').map(({ seq }) => seq);
      // What was said into a running turn is stored like a question, but begins none.
      const question = questions.at(-1 - turn.steered) ?? 0;
      const isNamed = [...names.values()].includes(turn.turnId);
      if (!isNamed && question > Math.max(0, ...names.keys())) names.set(question, turn.turnId);
      if (sight !== 'open') return;
      // Chunks that were faster than the news of a turn had its question given to the turn before.
      let at = questions.length;
      for (const { turnId, steered, isAsked } of [...row].reverse()) {
        at -= 1 + steered;
        const seq = questions[at];
        if (seq === undefined || !isAsked) return;
        if (names.get(seq) === turnId) continue;
        for (const [known, name] of names) if (name === turnId) names.delete(known);
        names.set(seq, turnId);
      }
    },
  };
}

/** Whether the turn said already what it says once, at its beginning. */
function isToldBefore(turn: Turn | null, type: string): boolean {
  if (type === 'user-message') return turn?.isAsked === true;
  return type === 'turn-start' && turn?.isBegun === true;
}
