import type { Backend, BackendEvent } from './Backend.js';
import { type ConversationStatus, isRunning } from './ConversationInfo.js';
import { type ConversationTurn, isCalled, isNameless, isSentHere } from './conversationTurn.js';
import type { ConversationTurns } from './ConversationTurns.js';
import { pushEnd } from './pushEnd.js';
import type { Snapshot } from './Snapshot.js';
import { tellReason } from './tellReason.js';
import { canRetryStop, type StopVerdict } from './transition.js';

type Settled = Extract<BackendEvent, { type: 'settled' }>;

/** What a backend's words do to the turns of a conversation. */
export interface Hearing {
  /** `isSure`: said by a list that was asked after everything that is known. */
  status(next: ConversationStatus, turnId: string | undefined, isSure: boolean): void;
  settled(event: Settled): void;
  stream(event: Extract<BackendEvent, { type: 'stream' }>): void;
  /** The newest turn runs no more. */
  over(turn: ConversationTurn): void;
}

/** What hearing needs. */
export interface HearingOptions {
  backend: Backend;
  turns: ConversationTurns;
  getWord: () => ConversationStatus;
  setWord: (next: ConversationStatus) => void;
  /** The backend has this turn: what was asked of it before knows nothing of that. */
  know: (turn: ConversationTurn) => void;
  askList: () => void;
  onHistoryDue: () => void;
}

// An answer's own end may be a moment behind the word that the conversation is idle.
const LATE_END_MS = 1_000;
// A word that names no turn may be about the turn before for this long.
const LATE_WORD_MS = 3_000;

/** Hears events in any order, doubled or late; what was lost, a list or the history makes up for. */
export function createHearing(options: HearingOptions): Hearing {
  const { backend, turns, setWord, know } = options;
  const snapshotNow = (): Snapshot => turns.answer.getSnapshot();

  /** The backend says that the newest turn runs no more. */
  function over(turn: ConversationTurn): void {
    if (turn.overAt !== null) return;
    if (turns.isLive()) {
      // A source that goes on speaking knows better: the word was about another run.
      if (turn.readsSource) loseWhenSilent(turn, false);
      else turns.lose(turn);
      return;
    }
    const { stopRecord } = snapshotNow();
    if (stopRecord?.confirmation === 'pending') turn.isGone = true;
    else turns.hear(turn.runId, stopRecord?.confirmation === 'accepted' ? 'stopped' : 'idle');
  }

  /** Its last words may still be on their way. */
  function loseWhenSilent(turn: ConversationTurn, isSure: boolean): void {
    const heardAt = performance.now();
    setTimeout(() => {
      // What comes by events meanwhile tells its end itself.
      if (!turn.readsSource || turn.overAt !== null) return;
      if (turn.saidAt < heardAt) turns.lose(turn);
      else if (isSure) loseWhenSilent(turn, isSure);
    }, LATE_END_MS);
  }

  function status(next: ConversationStatus, turnId: string | undefined, isSure: boolean): void {
    if (isRunning(next)) hearRunning(next, turnId, isSure);
    else hearOver(next, turnId, isSure);
  }

  function hearRunning(
    next: ConversationStatus,
    turnId: string | undefined,
    isSure: boolean,
  ): void {
    const turn = turns.newest();
    if (turnId !== undefined && isOld(turnId, isSure)) {
      // What was lost here may run there: only a list that is asked now knows.
      if (!turns.past.has(turnId) && turn?.overAt !== null) options.askList();
      return;
    }
    const isOurs = turn !== null && (turnId === undefined || isCalled(turn, turnId));
    if (turn !== null && turn.overAt === null && isOpen(snapshotNow())) {
      if (!isOurs && turn.isKnown) {
        turns.join(turnId ?? null);
      } else if (isOurs && turns.isLive()) {
        // Of a text that has not left yet nobody can know.
        if (turn.hasLeft) know(turn);
      } else if (isOurs && isSure && snapshotNow().stopRecord?.confirmation !== 'pending') {
        // Told to stop, and it still runs: the person may ask again.
        turns.engine.settleStop(turn.runId);
      }
      setWord(next);
      return;
    }
    if (turn !== null && turnId === undefined && !isSure && isFresh(turn)) {
      // It may be said of the turn that is over: only a list that is asked now knows.
      if (backend.list !== undefined) options.askList();
      return;
    }
    setWord(next);
    turns.join(turnId ?? null);
  }

  /** Whether a late word about this turn must be expected. */
  function isFresh(turn: ConversationTurn): boolean {
    const isLate = performance.now() - (turn.overAt ?? 0) < LATE_WORD_MS;
    return isLate || (snapshotNow().stopRecord !== null && backend.list !== undefined);
  }

  function hearOver(next: ConversationStatus, turnId: string | undefined, isSure: boolean): void {
    const turn = turns.newest();
    if (turn === null || turn.overAt !== null) {
      setWord(next);
      return;
    }
    const isNamed = turnId !== undefined && isCalled(turn, turnId);
    if (turnId !== undefined && !isNamed) {
      turns.past.add(turnId);
      // Whose name was not heard, it may be.
      if (!isNameless(turn)) return;
    }
    // It is about the turn before: the backend has not seen this one.
    if (!turn.isKnown && turns.isLive()) return;
    if (!isSure && !isNamed && backend.list !== undefined) {
      options.askList();
      return;
    }
    setWord(next);
    over(turn);
  }

  /** Whether a turn was left behind; only a list can say that it still runs. */
  const isOld = (turnId: string, isSure: boolean): boolean =>
    turns.past.has(turnId) || (!isSure && turns.left.has(turnId));

  function settled(event: Settled): void {
    const { turnId, outcome, reason } = event;
    const turn = turns.newest();
    if (turnId !== undefined && !turns.past.has(turnId) && turn !== null && isNameless(turn)) {
      turn.turnId = turnId;
    }
    if (turn === null || (turnId !== undefined && !isCalled(turn, turnId))) {
      if (turnId === undefined) return;
      turns.hear(turnId, wordOn(outcome));
      if (turns.past.has(turnId)) return;
      turns.past.add(turnId);
      if (backend.history !== undefined) options.onHistoryDue();
      return;
    }
    const isReason = reason !== undefined && reason !== 'server';
    if (turnId !== undefined && outcome === 'stopped' && isReason) {
      turn.toldReason = reason;
      tellReason(turns, turn);
    }
    if (turn.overAt !== null || (turnId === undefined && !turn.isKnown)) return;
    know(turn);
    if (!turns.isLive()) {
      turns.hear(turn.runId, wordOn(outcome));
    } else if (outcome === 'stopped' && turn.readsSource) {
      turns.engine.stopFromElsewhere(turn.runId, reason === undefined ? {} : { reason });
    } else if (turn.readsSource) {
      loseWhenSilent(turn, true);
    } else if (turn.feed.hasGap()) {
      turns.lose(turn);
    } else {
      pushEnd(turn, event);
    }
  }

  function stream({ turnId, event, index }: Extract<BackendEvent, { type: 'stream' }>): void {
    if (isOld(turnId, false)) {
      if (event.type === 'done') turns.hear(turnId, wordOn(event.outcome));
      return;
    }
    let turn = turns.newest();
    if (turn?.hasLeft === false && turn.overAt === null) return;
    const isSent = turn?.turnId === null && turn.overAt === null && isSentHere(turn);
    if (turn !== null && (isNameless(turn) || (isSent && turn.readsSource))) turn.turnId = turnId;
    if (turn === null || !isCalled(turn, turnId)) {
      turns.join(turnId);
      turn = turns.newest();
    }
    if (turn === null || turn.overAt !== null) return;
    know(turn);
    turn.readsSource = false;
    if (!isRunning(options.getWord())) setWord('active');
    if (turns.isLive()) {
      if (event.type === 'done' && event.outcome === 'interrupted') turn.isGivenUp = true;
      turn.feed.push(event, index);
      if (event.type === 'done' && turn.feed.hasGap()) turns.lose(turn);
    } else if (event.type === 'done') {
      turns.hear(turn.runId, wordOn(event.outcome));
    }
  }

  return { status, settled, stream, over };
}

/** What the end of a run says about a stop of it; the model of one that was left is closed as well. */
function wordOn(end: Settled['outcome'] = 'complete'): StopVerdict['outcome'] {
  if (end === 'complete') return 'finished';
  return end === 'stopped' || end === 'disconnected' ? 'stopped' : 'idle';
}

/** Whether the run is over here and nobody doubts that it is over there. */
export function hasEnded({ status, stopRecord }: Snapshot): boolean {
  if (status === 'complete' || status === 'error') return true;
  if (status !== 'stopped' || stopRecord?.confirmation === 'pending') return false;
  return !canRetryStop(stopRecord);
}

/** Whether the newest run lives, or a stop of it is not confirmed. */
const isOpen = (snapshot: Snapshot): boolean => snapshot.status !== 'idle' && !hasEnded(snapshot);
