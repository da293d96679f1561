import { type ConversationTurn, namesOf } from './conversationTurn.js';
import type { ConversationTurns, TurnsOptions } from './ConversationTurns.js';
import type { Message } from './Message.js';
import { endOf, retell } from './retell.js';
import type { Snapshot } from './Snapshot.js';

/** What becomes of a turn whose end was missed: the history tells it, or nobody does. */
export type CatchUp = Pick<
  ConversationTurns,
  'lose' | 'askHistory' | 'reconcile' | 'historyFailed'
>;

/** What catching up needs. */
export interface CatchUpOptions
  extends
    Pick<TurnsOptions, 'backend' | 'isConnected' | 'onHistoryDue'>,
    Pick<ConversationTurns, 'engine' | 'newest' | 'isLive'> {
  isWatched: () => boolean;
}

const MOST_LOOKS = 3;
const LOOK_AGAIN_MS = 1_000;

/** Finds out from the history how a turn ended of which the end was missed. */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { backend, engine, newest, isLive } = options;
  const now = (): Snapshot => engine.generation.getSnapshot();

  function lose(turn: ConversationTurn): void {
    if (turn !== newest() || !isLive() || turn.isLost) return;
    turn.isLost = true;
    askHistory(turn);
    const isUnseen = !options.isWatched() && turn.input === null && now().text === '';
    if (backend.history === undefined || isUnseen) giveUp(turn);
  }

  function askHistory(turn: ConversationTurn): void {
    if (turn.isHistoryAsked) return;
    turn.isHistoryAsked = true;
    if (backend.history !== undefined) options.onHistoryDue();
  }

  /** What is stored may be a moment behind, or its server a moment away. */
  function lookAgain(turn: ConversationTurn): void {
    turn.looks += 1;
    if (turn.looks >= MOST_LOOKS) {
      giveUp(turn);
      return;
    }
    setTimeout(() => {
      if (turn === newest() && isLive()) options.onHistoryDue();
    }, LOOK_AGAIN_MS);
  }

  function giveUp(turn: ConversationTurn): void {
    turn.isGivenUp = true;
    const isEmpty = now().parts.length === 0;
    turn.feed.push(isEmpty ? { type: 'done' } : { type: 'done', outcome: 'interrupted' });
  }

  /** What is stored of a turn, without the text that it goes on from. */
  function storedOf(turn: ConversationTurn, messages: readonly Message[]): Snapshot | undefined {
    const { runId, turnId, goesOnFrom, base } = turn;
    const called = (names: readonly (string | null)[]): Snapshot | undefined =>
      messages.find(({ id }) => names.includes(id))?.snapshot;
    if (goesOnFrom.length === 0) return called(namesOf(turn, now()));
    const whole = called(goesOnFrom);
    const isOld = whole === undefined || whole.text.length <= base.length;
    const found = called([runId, turnId]) ?? (isOld ? undefined : whole);
    return found?.text.startsWith(base) === true
      ? { ...found, text: found.text.slice(base.length) }
      : found;
  }

  return {
    lose,
    askHistory,
    reconcile(messages) {
      const turn = newest();
      if (turn === null || !turn.isLost) return;
      const { error } = now();
      const text = now().text.slice(turn.base.length);
      const found = storedOf(turn, messages);
      if (!isLive()) {
        if (error === null || found?.status !== 'complete') return;
        engine.hear(turn.runId, { outcome: 'finished', text: found.text });
      } else if (found === undefined) {
        lookAgain(turn);
      } else if (found.status === 'stopped' && text.startsWith(found.text)) {
        // Of a stopped answer less may be stored than was shown; what is shown stays.
        turn.feed.push(endOf(found));
      } else if (!found.text.startsWith(text)) {
        giveUp(turn);
      } else {
        turn.isGivenUp = true;
        for (const event of retell(found)) turn.feed.push(event);
      }
    },
    historyFailed() {
      const turn = newest();
      if (turn?.isLost === true && isLive() && options.isConnected()) lookAgain(turn);
    },
  };
}
