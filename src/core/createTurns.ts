import {
  type ConversationTurn,
  createTurn,
  goOnFrom,
  hearLate,
  isSentHere,
  isAmendedBy,
  isCalled,
  isToldByEvents,
  nameRun,
  namesOf,
  toSeen,
} from './conversationTurn.js';
import type { ConversationTurns, TurnsOptions } from './ConversationTurns.js';
import { createCatchUp } from './createCatchUp.js';
import { createGenerationEngine } from './createGenerationEngine.js';
import { lastQuestion } from './lastQuestion.js';
import type { Message } from './Message.js';
import type { SeenTurn } from './mergeMessages.js';
import { toMissed } from './retell.js';
import { createRecentNames } from './createRecentNames.js';
import { createRunId } from './runId.js';
import { idleSnapshot, mayGrow, type Snapshot } from './Snapshot.js';
import { createTurnSource } from './createTurnSource.js';

// What was sent earlier is in the history by then.
const MOST_SEEN = 50;

/** Keeps the turns of one conversation apart. */
export function createTurns(options: TurnsOptions): ConversationTurns {
  const { id, backend } = options;
  const past = createRecentNames();
  const left = createRecentNames();
  let turns: ConversationTurn[] = [];
  let newest: ConversationTurn | null = null;
  let stored: readonly Message[] | null = null;
  let isWatched = false;
  let isCut = false;
  let seen: readonly SeenTurn[] | null = null;

  const reading = createTurnSource({
    id,
    backend,
    newest: () => newest,
    isWatched: () => isWatched,
    onFlow(turn) {
      setCut(false);
      options.onKnown(turn);
    },
    onCut: () => setCut(true),
    onLost: (turn) => catchUp.lose(turn),
  });

  const engine = createGenerationEngine<string>({
    source: reading.source,
    recover: reading.recover,
    requestStop(request, init) {
      const turn = turns.find(({ runId }) => runId === request.runId);
      const { stopAll = null } = turn ?? {};
      if (turn !== undefined) turn.stopAll = null;
      return stopAll ?? backend.stop(id, { ...nameRun(request, turn), conversationId: id }, init);
    },
    waitsForStops: true,
    whenFree: (signal) => backend.whenFree?.(id, signal),
    heardSince: () => (needsEvents() ? options.heardSince(newest?.readsSource === true) : 0),
    verdictsFollow: () => options.isConnected() && backend.saysWhenStopped !== false,
    onLate(snapshot) {
      const turn = turns.find(({ runId }) => runId === snapshot.runId);
      if (turn === undefined || !isAmendedBy(turn.last, snapshot)) return;
      turn.last = snapshot;
      if (turn.lateWord !== null) hearLate(turn, turn.lateWord);
      tellLate(turn);
    },
    ...options.timing,
  });
  const { generation } = engine;

  const now = generation.getSnapshot;
  const isLive = (): boolean => mayGrow(now().status);

  const catchUp = createCatchUp({
    ...options,
    engine,
    newest: () => newest,
    isLive,
    isWatched: () => isWatched,
  });

  const needsEvents = (): boolean =>
    newest !== null && generation.isActive() && isToldByEvents(newest, backend);

  function changed(): void {
    seen = null;
    options.onChange();
  }

  function tellLate({ last }: ConversationTurn): void {
    options.onStopRecord(last);
    changed();
  }

  function setCut(next: boolean): void {
    if (isCut === next) return;
    isCut = next;
    changed();
  }

  /** What is said of the newest turn from now on is late. */
  function leave(isReplaced: boolean): void {
    if (newest === null) return;
    const snapshot = now();
    const names = newest.overAt === null && !isReplaced ? left : past;
    names.add(newest.runId);
    if (newest.turnId !== null) names.add(newest.turnId);
    newest.last = isLive()
      ? isReplaced
        ? { ...snapshot, status: 'stopping' }
        : toMissed(snapshot)
      : snapshot;
    newest = null;
  }

  function begin(turn: ConversationTurn, isReplaced: boolean): void {
    leave(isReplaced);
    newest = turn;
    turns = [...turns, turn].slice(backend.history === undefined ? 0 : -MOST_SEEN);
    isCut = false;
    seen = null;
    options.onBegin();
  }

  const storedIds = (): ReadonlySet<string> | null =>
    stored && new Set(stored.map((message) => message.id));

  const questionOf = (turn: ConversationTurn | null): string | null =>
    turn?.input ?? lastQuestion(stored ?? [], turn && namesOf(turn, now()));

  function send(turn: ConversationTurn, run: () => Promise<Snapshot>): Promise<Snapshot> {
    begin(turn, true);
    const settled = run();
    turn.runId = now().runId ?? '';
    changed();
    return settled;
  }

  const start = (input: string): Promise<Snapshot> =>
    send(createTurn({ input, turnId: null, knownIds: storedIds(), readsSource: true }), () =>
      generation.start(input),
    );

  function continueAnswer(): Promise<Snapshot> {
    const before = newest;
    if (before === null || !now().canContinue) return Promise.resolve(now());
    turns = turns.filter((turn) => turn !== before);
    const turn = goOnFrom(before, now(), questionOf(before));
    return send(turn, generation.continueAnswer);
  }

  generation.subscribe(changed);
  return {
    engine,
    answer: {
      ...generation,
      start,
      continueAnswer,
      regenerate: () => {
        const input = questionOf(newest);
        return input === null ? Promise.resolve(now()) : start(input);
      },
      reset() {
        leave(true);
        generation.reset();
      },
    },
    newest: () => newest,
    isLive,
    needsEvents,
    past,
    left,
    seen() {
      seen ??= turns.map((turn) => toSeen(turn, turn === newest ? now() : turn.last));
      return seen;
    },
    join(turnId) {
      if (turnId !== null) left.delete(turnId);
      begin(createTurn({ input: null, turnId, knownIds: storedIds(), readsSource: false }), false);
      const runId = turnId ?? createRunId();
      void engine.attach('', { runId, partial: idleSnapshot });
      if (newest !== null) newest.runId = runId;
      changed();
    },
    hear(name, outcome) {
      const turn = turns.findLast((each) => isCalled(each, name));
      if (turn === undefined) return;
      if (turn === newest) engine.hear(turn.runId, { outcome });
      else if (turn.last.status === 'stopping') {
        // That it is stored comes after the word that it was stopped, and takes nothing back.
        if (turn.lateWord !== 'stopped') turn.lateWord = outcome;
      } else if (hearLate(turn, outcome)) tellLate(turn);
    },
    lose: catchUp.lose,
    askHistory: catchUp.askHistory,
    reconcile(messages) {
      stored = messages;
      catchUp.reconcile(messages);
    },
    historyFailed: catchUp.historyFailed,
    watch(next) {
      isWatched = next;
      const turn = newest;
      if (turn === null || isSentHere(turn) || !isLive()) return;
      if (next) reading.attach(turn);
      else reading.leave(turn);
    },
    isCut: () => isCut && isLive(),
  };
}
