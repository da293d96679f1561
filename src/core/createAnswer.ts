import { closeParts, type ContentEvent } from './applyEvents.js';
import type { Totals } from './autoStop.js';
import { type Floor, untilFirstWord, untilOvertaken } from './createFloor.js';
import { createInbox } from './createInbox.js';
import { mayContinue } from './mayContinue.js';
import { isActive, mayGrow, type Snapshot } from './Snapshot.js';
import type { RunRequest, Source } from './Source.js';
import { type GenerationEvent, transition } from './transition.js';

/** The answer of one run: what was said, and what of it is on the screen. */
export interface Answer {
  getSnapshot(): Snapshot;
  /** Whether the source may still change anything. */
  lives(): boolean;
  dispatch(event: GenerationEvent): void;
  /** Takes in what was said; it is not shown yet. */
  add(event: ContentEvent): void;
  /** What follows was said before. */
  rewind(): void;
  /** Shows what was said, unless the text is held still. */
  show(): void;
  /** Ends the answer after everything that was said is shown. */
  finish(makeEvent: () => GenerationEvent): void;
  /** Ends the answer as it is on the screen. */
  freeze(makeEvent: () => GenerationEvent): void;
  hold(): void;
  release(): void;
  totals(): Totals;
  seenChars(): number;
  readonly settled: Promise<Snapshot>;
}

/** What an answer is made of. */
export interface AnswerOptions {
  runId: string;
  mode: RunRequest<never>['mode'];
  continues: Source<never>['continues'];
  /** What is on the screen when the run begins. */
  before: Snapshot;
  /** What of it stays: nothing, all of it, or the old text until the first new word. */
  keep: 'nothing' | 'answer' | 'until-first-word';
  onChange: () => void;
  /** Called exactly once. */
  onSettled: (snapshot: Snapshot) => void;
}

/** Keeps an answer and publishes it, at most once per frame. */
export function createAnswer(options: AnswerOptions): Answer {
  const { runId, mode, continues, before, keep } = options;
  // A prefilled model goes on in the middle of a word; only an instructed one repeats itself.
  const echoOf = mode === 'continue' && continues === 'instruct' ? before.text : null;
  const inbox = createInbox(echoOf, mode === 'attach' ? before.text.length : 0);

  // The run before may still live here; its own snapshot tells how it ended.
  let state = transition(
    { ...before, status: 'idle' },
    { type: 'begin', runId, keeps: keep === 'answer' },
  );
  let floor: Floor | null =
    keep === 'until-first-word' && before.parts.length > 0
      ? untilFirstWord({ ...before, parts: closeParts(before.parts, Date.now()) })
      : null;
  let shown = floor?.view(state) ?? state;
  /** False for an old answer that came back because the new one never said a word. */
  let isOwn = true;
  let isHeld = false;
  let isSettled = false;
  let settle: (snapshot: Snapshot) => void;
  const settled = new Promise<Snapshot>((resolve) => {
    settle = resolve;
  });

  const lives = (): boolean => mayGrow(state.status);

  function dispatch(event: GenerationEvent): void {
    const next = transition(state, event);
    if (next === state) return;
    // What failed before it said anything leaves the answer as it was.
    const isKept =
      next.status === 'error' &&
      before.canContinue &&
      next.text === before.text &&
      next.parts.length === before.parts.length;
    const canContinue = isKept || (isOwn && continues !== undefined && mayContinue(next));
    state = canContinue === next.canContinue ? next : { ...next, canContinue };
    shown = floor?.view(state) ?? state;
    if (shown === state) floor = null;
    const isOver = !isSettled && !isActive(state.status);
    if (isOver) isSettled = true;
    const last = shown;
    options.onChange();
    if (!isOver) return;
    settle(last);
    options.onSettled(last);
  }

  /** The only place where text reaches the screen. */
  function publishNow(): void {
    const events = inbox.take();
    if (events.length > 0) dispatch({ type: 'content', events, at: Date.now() });
  }

  function show(): void {
    if (!isHeld) publishNow();
  }

  function end(makeEvent: () => GenerationEvent): void {
    if (!lives()) return;
    if (floor !== null) {
      isOwn = !floor.isOld;
      state = { ...state, text: shown.text, parts: shown.parts };
      floor = null;
    }
    dispatch(makeEvent());
  }

  return {
    getSnapshot: () => shown,
    lives,
    dispatch,
    add: inbox.add,
    rewind() {
      inbox.rewind();
      // An old answer that still stands there waits for a first word, not to be overtaken.
      floor ??= untilOvertaken(shown);
      // A continuation says its own words again, not those it went on from.
      const { text, parts } = mode === 'continue' ? before : { text: '', parts: [] };
      state = { ...state, text, parts };
    },
    show,
    finish(makeEvent) {
      inbox.end();
      publishNow();
      end(makeEvent);
    },
    freeze: end,
    hold() {
      isHeld = lives();
    },
    release() {
      isHeld = false;
      if (lives()) publishNow();
    },
    totals: inbox.totals,
    seenChars: inbox.seenChars,
    settled,
  };
}
