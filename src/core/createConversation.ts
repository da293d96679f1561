import type { BackendEvent } from './Backend.js';
import {
  type ConversationInfo,
  type ConversationStatus,
  isRunning,
  type ListedConversation,
  withoutTurn,
} from './ConversationInfo.js';
import { type ConversationTurn } from './conversationTurn.js';
import type { ConversationTurns, TurnsOptions } from './ConversationTurns.js';
import { createStoppable } from './createStoppable.js';
import { createTurns } from './createTurns.js';
import type { Generation, Stoppable, StopOptions } from './Generation.js';
import { createDetails } from './createDetails.js';
import { createHearing, hasEnded } from './createHearing.js';
import { isWayLost } from './isWayLost.js';
import { keepSame } from './keepSame.js';
import type { SeenTurn } from './mergeMessages.js';
import type { Snapshot } from './Snapshot.js';
import type { Confirmation, StopRecord } from './StopRecord.js';
import type { StopAnswer } from './StopRequest.js';
import { tellReason } from './tellReason.js';
import { canRetryStop } from './transition.js';

/** One conversation: its answers, its status, and what this page saw of it. */
export interface Conversation {
  readonly id: string;
  /** The answer that is being written, or was last. */
  readonly answer: Generation<string>;
  /** The same as far as a Stop button needs it. */
  readonly stoppable: Stoppable;
  getInfo(): ConversationInfo;
  /** The turns this page saw, for `mergeMessages`. */
  getTurns(): readonly SeenTurn[];
  /** Whether its answer waits for a lost connection. */
  isCut(): boolean;
}

/** A conversation with what its keeper needs to say to it. */
export interface KeptConversation extends Conversation {
  hear(event: Exclude<BackendEvent, { type: 'connection' }>): void;
  /** What a list said that was asked for at `askedAt`; false when it was asked too early to be believed. */
  hearList(row: ListedConversation | null, askedAt: number): boolean;
  /** Stops what runs; what was stopped already and not confirmed is asked for once more. `all` is the answer to a stop of everything. */
  stopOrRetry(options?: StopOptions, all?: Promise<StopAnswer>): Promise<StopRecord | null>;
  keepMark(runId: string, persisted: NonNullable<StopRecord['persisted']>): void;
  reconcile: ConversationTurns['reconcile'];
  historyFailed: ConversationTurns['historyFailed'];
  watch: ConversationTurns['watch'];
  needsEvents: ConversationTurns['needsEvents'];
}

/** What a conversation needs of its keeper. */
export interface ConversationOptions extends Omit<TurnsOptions, 'onBegin' | 'onKnown'> {
  /** A number that grows with every call: what came before what. */
  tick: () => number;
  askList: () => void;
  /** Something other pages want to know. */
  onLearned: (event: BackendEvent) => void;
}

/** Turns a backend's words about one conversation into one truth. */
export function createConversation(options: ConversationOptions): KeptConversation {
  const { id, backend } = options;
  let word: ConversationStatus = 'idle';
  let touchedAt = 0;
  let toldConfirmation: Confirmation | null = null;
  let info: ConversationInfo | null = null;

  const turns = createTurns({
    ...options,
    onBegin() {
      details.begin();
      touchedAt = options.tick();
    },
    onKnown() {
      touchedAt = options.tick();
      // Other pages have names of their own for it.
      options.onLearned({ type: 'status', conversationId: id, status: 'active' });
    },
    onChange() {
      const turn = turns.newest();
      const snapshot = turns.answer.getSnapshot();
      const { confirmation = null } = snapshot.stopRecord ?? {};
      details.shown(snapshot.text.length);
      if (confirmation !== toldConfirmation) {
        toldConfirmation = confirmation;
        touchedAt = options.tick();
        if (confirmation !== null) options.onStopRecord(snapshot);
      }
      if (turn === null) {
        // It was reset.
        if (isRunning(word)) word = 'idle';
        touchedAt = options.tick();
      } else if (turn.overAt === null) {
        if (hasEnded(snapshot)) close(turn, snapshot);
        else if (turn.isGone && snapshot.stopRecord?.confirmation !== 'pending') hearing.over(turn);
      }
      options.onChange();
    },
  });
  const snapshotNow = (): Snapshot => turns.answer.getSnapshot();
  const details = createDetails({
    lengthNow: () => (turns.newest()?.readsSource === false ? Infinity : snapshotNow().text.length),
    onChange: options.onChange,
  });

  function setWord(next: ConversationStatus): void {
    word = next;
    options.onChange();
  }

  /** The turn is over, and everybody agrees. */
  function close(turn: ConversationTurn, snapshot: Snapshot): void {
    turn.overAt = performance.now();
    tellReason(turns, turn);
    // A list that is asked now may say that it goes on.
    const names = isWayLost(snapshot) ? turns.left : turns.past;
    names.add(turn.runId);
    if (turn.turnId !== null) names.add(turn.turnId);
    touchedAt = options.tick();
    if (isRunning(word)) word = 'idle';
    if (snapshot.status === 'complete') {
      // Gone on with to its end, it is stopped under no name any more.
      for (const runId of turn.goesOnFrom) options.onStopRecord({ ...snapshot, runId });
    }
    if (!turn.isKnown) return;
    turns.askHistory(turn);
    const { status, stopRecord } = snapshotNow();
    // What failed here may go on elsewhere, and how a lost turn ended was only guessed.
    if (status === 'error' || turn.isLost) return;
    const told = { conversationId: id, turnId: turn.turnId ?? turn.runId };
    if (status === 'complete') {
      options.onLearned({ type: 'settled', ...told, outcome: 'complete' });
    } else if (stopRecord?.confirmation === 'already-finished') {
      // It was over before the stop; the history says how.
      options.onLearned({ type: 'status', ...told, status: 'idle' });
    } else {
      const reason = stopRecord?.by === 'user' ? 'other-tab' : (stopRecord?.reason ?? 'stopped');
      options.onLearned({ type: 'settled', ...told, outcome: 'stopped', reason });
    }
  }

  const hearing = createHearing({
    backend,
    turns,
    getWord: () => word,
    setWord,
    know(turn) {
      if (!turn.isKnown) touchedAt = options.tick();
      turn.isKnown = true;
    },
    askList: options.askList,
    onHistoryDue: options.onHistoryDue,
  });

  return {
    id,
    answer: turns.answer,
    stoppable: createStoppable(turns),
    getInfo() {
      const { status, stopRecord } = snapshotNow();
      const turn = turns.newest();
      const runs = turn !== null && turn.overAt === null;
      info = keepSame(info, {
        ...withoutTurn(details.get()),
        id,
        status: runs && !isRunning(word) ? 'active' : word,
        stopping: status === 'stopping',
        stopRecord,
      });
      return info;
    },
    getTurns: turns.seen,
    isCut: turns.isCut,
    hear(event) {
      switch (event.type) {
        case 'status':
          hearing.status(event.status, event.turnId, false);
          if (event.activity !== undefined) {
            details.learn({ ...details.get(), activity: event.activity });
          }
          return;
        case 'settled':
          hearing.settled(event);
          return;
        case 'stream':
          if (event.event.type === 'text') details.wrote();
          hearing.stream(event);
          return;
        case 'changed':
          options.onHistoryDue();
      }
    },
    hearList(row, askedAt) {
      if (askedAt < touchedAt) return false;
      hearing.status(row?.status ?? 'idle', row?.turnId, true);
      // After it: the word may have begun a turn.
      if (row !== null) details.learn(row);
      return true;
    },
    async stopOrRetry(stopOptions, all) {
      const turn = turns.newest();
      if (turn !== null && all !== undefined) turn.stopAll = all;
      const record = await (canRetryStop(snapshotNow().stopRecord)
        ? turns.answer.retryStop()
        : turns.answer.stop(stopOptions));
      // Where a stop was out already it was not needed, and must not answer the next.
      if (turn !== null && turn.stopAll === all) turn.stopAll = null;
      return record;
    },
    keepMark: turns.engine.keepMark,
    reconcile: turns.reconcile,
    historyFailed: turns.historyFailed,
    watch: turns.watch,
    needsEvents: turns.needsEvents,
  };
}
