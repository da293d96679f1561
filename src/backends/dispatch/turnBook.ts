import type { AgentEvent } from './AgentEvent.js';
import type { StoredChunk } from './readChunks.js';

/** What is known of the turns of one conversation. */
export interface TurnBook {
  /** The newest turn that was seen, and whether it is over. */
  newest(): { turnId: string; isOver: boolean } | null;
  /** Takes in an event; says what it is within its turn. */
  note(event: AgentEvent): 'first' | 'again' | 'next';
  /** The next events may be a repetition from the start. */
  expectReplay(): void;
  /** Whether every turn since the newest would have been heard. */
  isInSight(): boolean;
  /** The turn is over, whether or not its end was seen. */
  end(): void;
  /** Resolves when the newest turn is over, or at the signal. */
  whenOver(signal: AbortSignal): Promise<void>;
  /** Which turn the answer to this stored question belongs to. */
  nameOf(questionSeq: number): string | undefined;
  /** Learns from stored chunks which question began the newest turn. */
  learn(chunks: readonly StoredChunk[]): void;
}

/** Dispatch names turns only in live events, and chunks only by number: this keeps which is which. */
export function createTurnBook(): TurnBook {
  const names = new Map<number, string>();
  let turn: { turnId: string; isOver: boolean; steered: number } | null = null;
  let replayExpected = false;
  let waiting: (() => void)[] = [];

  function end(): void {
    if (turn !== null) turn.isOver = true;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    newest: () => turn,
    note(event) {
      const isNew = turn?.turnId !== event.turnId;
      const isAgain = replayExpected && !isNew;
      replayExpected = false;
      if (turn === null || isNew) turn = { turnId: event.turnId, isOver: false, steered: 0 };
      if (isAgain) turn.steered = 0;
      if (event.type === 'steering') turn.steered += 1;
      if (event.type === 'done' || event.type === 'error' || event.type === 'turn-sealed') end();
      return isNew ? 'first' : isAgain ? 'again' : 'next';
    },
    expectReplay() {
      replayExpected = true;
    },
    isInSight: () => !replayExpected,
    end,
    async whenOver(signal) {
      if (turn === null || turn.isOver || signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    nameOf: (questionSeq) => names.get(questionSeq),
    learn(chunks) {
      if (turn === null || [...names.values()].includes(turn.turnId)) return;
      // What was said into a running turn is stored like a question, but begins none.
      const question = chunks.filter(({ role }) => role === 'user').at(-1 - turn.steered);
      const last = Math.max(0, ...names.keys());
      if (question !== undefined && question.seq > last) names.set(question.seq, turn.turnId);
    },
  };
}
