import type { ContentEvent } from './applyEvents.js';
import { type AutoStop, type BudgetWatch, watchBudgets } from './autoStop.js';
import { GenerationError, toGenerationError } from './GenerationError.js';
import { createSeam, type Seam } from './seam.js';
import { isActive, type Snapshot } from './Snapshot.js';
import type { RunRequest, Source } from './Source.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop, StopScope } from './StopRequest.js';
import type { StreamEvent } from './StreamEvent.js';
import { canRetryStop, type GenerationEvent, type StopVerdict, transition } from './transition.js';

/** Calls back at the next moment the screen can change; returns the way out. */
export type Publish = (callback: () => void) => () => void;

/** One run: it owns its snapshot, so that nothing of it can ever touch the next run. */
export interface Run {
  readonly id: string;
  /** Asks the source; apart from making the run, so that its first event finds the run in place. */
  begin(): void;
  getSnapshot(): Snapshot;
  stop(options: RunStopOptions): Promise<StopRecord | null>;
  retryStop(): Promise<StopRecord | null>;
  /** A later word of the server about this run's stop. */
  hear(verdict: StopVerdict): void;
  hold(): void;
  release(): void;
  /** The stop that is out, until it is answered. */
  stopping(): Promise<StopRecord | null> | null;
  readonly settled: Promise<Snapshot>;
}

/** Why and by whom a run is stopped. */
export interface RunStopOptions {
  by: StopRecord['by'];
  reason: string;
  scope?: StopScope;
  limit?: number;
}

/** What a run is made of. */
export interface RunOptions<Input> {
  source: Source<Input>;
  request: Omit<RunRequest<Input>, 'signal'>;
  /** What is on the screen when the run begins. */
  before: Snapshot;
  /** What of it stays: nothing, all of it, or the old text until the first new word. */
  keep: 'nothing' | 'answer' | 'until-first-word';
  /** A stop that must be over before this run may ask anything. */
  waitFor: Promise<unknown> | null;
  requestStop: RequestStop | undefined;
  confirmWithinMs: number;
  /** Events may still tell how a stop went, so an accepted stop is not the last word. */
  verdictsFollow: boolean;
  autoStop: AutoStop | undefined;
  publish: Publish;
  onChange: () => void;
  onSettled: (snapshot: Snapshot) => void;
}

// A chunk this large means more is waiting: read on in the same frame, within the budget.
const BULK_EVENTS = 64;
const BULK_CHARACTERS = 8192;
const FRAME_BUDGET_MS = 6;
// After the end marker the body's own end is awaited this long before the connection is cut.
const DRAIN_MS = 1_000;

const now = (): number => performance.now();

export function createRun<Input>(options: RunOptions<Input>): Run {
  const { request, publish } = options;
  const id = request.runId;
  const controller = new AbortController();
  const seam = seamOf(options);

  let state = transition(options.before, {
    type: 'begin',
    runId: id,
    keep: options.keep === 'answer' ? 'answer' : 'nothing',
  });
  /** Text that stays on the screen until this run's own has overtaken it. */
  let floor: { snapshot: Snapshot; until: 'first-word' | 'overtaken' } | null =
    options.keep === 'until-first-word' && options.before.parts.length > 0
      ? { snapshot: options.before, until: 'first-word' }
      : null;
  let shown = view();
  let pending: ContentEvent[] = [];
  let received = { characters: 0, tokens: undefined as number | undefined };
  let cancelPublish: (() => void) | null = null;
  let cancelFrame: (() => void) | null = null;
  let iterator: AsyncIterator<StreamEvent | readonly StreamEvent[]> | null = null;
  let budgets: BudgetWatch | null = null;
  let held = false;
  let asked = false;
  let question: Promise<StopRecord | null> | null = null;
  let settle: (snapshot: Snapshot) => void;
  const settled = new Promise<Snapshot>((resolve) => {
    settle = resolve;
  });
  let isSettled = false;

  /** Whether the source may still change anything. */
  const lives = (): boolean => state.status === 'connecting' || state.status === 'streaming';

  function view(): Snapshot {
    if (floor === null) return state;
    const overtaken =
      floor.until === 'first-word'
        ? state.parts.length > 0
        : state.text.length >= floor.snapshot.text.length;
    if (overtaken) {
      floor = null;
      return state;
    }
    const { text, parts } = floor.snapshot;
    return { ...state, text, parts };
  }

  function dispatch(event: GenerationEvent): void {
    const next = transition(state, event);
    if (next === state) return;
    state = next;
    const continues = options.source.continues !== undefined && mayContinue(state);
    if (continues !== state.canContinue) state = { ...state, canContinue: continues };
    shown = view();
    options.onChange();
    if (isSettled || isActive(state.status)) return;
    isSettled = true;
    options.onSettled(shown);
    settle(shown);
  }

  /** Shows what was received; the only place where text reaches the screen. */
  function flush(): void {
    cancelPublish?.();
    cancelPublish = null;
    if (pending.length === 0) return;
    const events = pending;
    pending = [];
    dispatch({ type: 'content', events, at: Date.now() });
  }

  function close(): void {
    budgets?.end();
    cancelPublish?.();
    cancelFrame?.();
    cancelPublish = cancelFrame = null;
    pending = [];
    controller.abort();
    const leaving = iterator;
    iterator = null;
    // Not awaited: return() of a source that hangs hangs as well.
    void Promise.resolve()
      .then(() => leaving?.return?.())
      .catch(() => undefined);
  }

  function end(event: GenerationEvent): void {
    if (seam !== null) {
      const rest = seam.end();
      if (rest !== '') pending.push({ type: 'text', delta: rest });
    }
    flush();
    budgets?.end();
    dispatch(event);
  }

  /** Takes in what the source said; false once the run is over. */
  function accept(event: StreamEvent): boolean {
    switch (event.type) {
      case 'done':
        if (event.outcome === 'stopped') {
          end({ type: 'stop', record: remoteRecord(event) });
        } else if (event.outcome === 'interrupted') {
          end({ type: 'fail', error: interrupted(), at: Date.now() });
        } else {
          end({ type: 'finish', reason: event.reason ?? null, at: Date.now() });
        }
        return false;
      case 'error':
        end({ type: 'fail', error: event.error, at: Date.now() });
        return false;
      case 'replay':
        flush();
        floor = { snapshot: shown, until: 'overtaken' };
        state = { ...state, text: '', parts: [] };
        received = { characters: 0, tokens: undefined };
        return true;
      case 'text': {
        received.characters += event.delta.length;
        const delta = seam === null ? event.delta : seam.push(event.delta);
        if (delta !== '') pending.push(delta === event.delta ? event : { type: 'text', delta });
        break;
      }
      case 'usage':
        received.tokens = event.usage.outputTokens ?? received.tokens;
        pending.push(event);
        break;
      default:
        pending.push(event);
    }
    if (event.type !== 'start') budgets?.seen(received);
    return lives();
  }

  const frame = (): Promise<void> =>
    new Promise((resolve) => {
      cancelFrame = publish(resolve);
    });

  async function pump(): Promise<void> {
    try {
      if (options.waitFor !== null) await options.waitFor;
      if (!lives()) return;
      asked = true;
      iterator = options.source({ ...request, signal: controller.signal })[Symbol.asyncIterator]();
      let turnStartedAt = now();
      while (lives()) {
        const reading = iterator;
        const result = await reading.next();
        if (!lives()) return;
        if (result.done === true) {
          iterator = null;
          end({ type: 'finish', reason: null, at: Date.now() });
          return;
        }
        const said = result.value;
        if (isChunk(said)) {
          if (!said.every(accept)) {
            drain(reading);
            return;
          }
          if (isBulk(said) && now() - turnStartedAt < FRAME_BUDGET_MS) continue;
          if (!held) flush();
          await frame();
          turnStartedAt = now();
        } else {
          if (!accept(said)) {
            drain(reading);
            return;
          }
          if (!held) cancelPublish ??= publish(flush);
          if (now() - turnStartedAt < FRAME_BUDGET_MS) continue;
          await frame();
          turnStartedAt = now();
        }
      }
    } catch (thrown) {
      iterator = null;
      if (lives()) end({ type: 'fail', error: toGenerationError(thrown), at: Date.now() });
    }
  }

  /** The answer is over; the body's own end is let through, so that the server does not see a cut. */
  function drain(reading: AsyncIterator<unknown>): void {
    if (iterator === null) return;
    iterator = null;
    const timer = setTimeout(() => controller.abort(), DRAIN_MS);
    const finish = (): void => {
      clearTimeout(timer);
      controller.abort();
      void Promise.resolve()
        .then(() => reading.return?.())
        .catch(() => undefined);
    };
    reading.next().then(finish, finish);
  }

  function remoteRecord(event: Extract<StreamEvent, { type: 'done' }>): StopRecord {
    return {
      runId: id,
      reason: event.reason ?? 'server',
      by: event.by ?? 'remote',
      at: Date.now(),
      seenChars: received.characters,
      frozenMs: 0,
      answeredMs: null,
      confirmation: 'confirmed',
    };
  }

  function stop(stopOptions: RunStopOptions): Promise<StopRecord | null> {
    if (!lives()) return question ?? Promise.resolve(null);
    const pressedAt = now();
    // A person's stop drops what was received and not shown; every other end shows it first.
    if (stopOptions.by !== 'user') flush();
    const hidden = pending.reduce(
      (sum, event) => sum + (event.type === 'text' ? event.delta.length : 0),
      0,
    );
    close();
    const asks = asked && options.requestStop !== undefined;
    dispatch({
      type: 'stop',
      record: {
        runId: id,
        reason: stopOptions.reason,
        by: stopOptions.by,
        ...(stopOptions.limit === undefined ? {} : { limit: stopOptions.limit }),
        at: Date.now(),
        seenChars: received.characters - hidden,
        frozenMs: now() - pressedAt,
        answeredMs: null,
        confirmation: asks ? 'pending' : 'not-asked',
      },
    });
    if (!asks) return Promise.resolve(state.stopRecord);
    return ask(stopOptions.scope, pressedAt);
  }

  /** Asks the server to stop; always over within `confirmWithinMs`. */
  function ask(scope: StopScope | undefined, pressedAt: number): Promise<StopRecord | null> {
    const record = state.stopRecord;
    const { requestStop } = options;
    if (record === null || requestStop === undefined) return Promise.resolve(record);
    const hear = (verdict: StopVerdict): void =>
      dispatch({
        type: 'verdict',
        runId: id,
        verdict,
        answeredMs: verdict.outcome === 'unconfirmed' ? null : now() - pressedAt,
        waits: options.verdictsFollow,
      });
    const inTime = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        hear({ outcome: 'unconfirmed' });
        dispatch({ type: 'settle', runId: id });
        resolve();
      }, options.confirmWithinMs);
      const over = (): void => {
        if (state.status === 'stopping') return;
        clearTimeout(timer);
        resolve();
      };
      const answer = async (): Promise<StopVerdict> =>
        requestStop(
          {
            runId: id,
            reason: record.reason,
            seenChars: record.seenChars,
            ...(scope === undefined ? {} : { scope }),
          },
          { signal: new AbortController().signal },
        );
      void answer()
        .catch((): StopVerdict => ({ outcome: 'unconfirmed' }))
        .then((verdict) => {
          hear(verdict);
          over();
        });
      void settled.then(over);
    });
    const asking: Promise<StopRecord | null> = inTime.then(() => {
      if (question === asking) question = null;
      return state.stopRecord;
    });
    question = asking;
    return asking;
  }

  return {
    id,
    begin() {
      if (options.autoStop !== undefined) {
        budgets = watchBudgets(options.autoStop, (reason, limit) => {
          void stop({ by: 'auto', reason, limit });
        });
      }
      void pump();
    },
    getSnapshot: () => shown,
    stop,
    retryStop() {
      if (question !== null) return question;
      if (!canRetryStop(state.stopRecord)) return Promise.resolve(null);
      dispatch({ type: 'retry-stop' });
      return ask(undefined, now());
    },
    hear(verdict) {
      dispatch({
        type: 'verdict',
        runId: id,
        verdict,
        answeredMs: null,
        waits: options.verdictsFollow,
      });
    },
    hold() {
      held = lives();
    },
    release() {
      if (!held) return;
      held = false;
      if (lives()) flush();
    },
    stopping: () => question,
    settled,
  };
}

const isChunk = (said: StreamEvent | readonly StreamEvent[]): said is readonly StreamEvent[] =>
  Array.isArray(said);

function isBulk(chunk: readonly StreamEvent[]): boolean {
  if (chunk.length >= BULK_EVENTS) return true;
  let characters = 0;
  for (const event of chunk) if (event.type === 'text') characters += event.delta.length;
  return characters >= BULK_CHARACTERS;
}

function seamOf<Input>({ source, request, before }: RunOptions<Input>): Seam | null {
  // A prefilled model goes on in the middle of a word; only an instructed one repeats itself.
  return request.mode === 'continue' && source.continues === 'instruct'
    ? createSeam(before.text)
    : null;
}

/** Whether an answer that ended like this can be gone on with. */
function mayContinue(snapshot: Snapshot): boolean {
  if (snapshot.text === '') return false;
  switch (snapshot.status) {
    case 'stopped':
      return true;
    case 'error':
      return snapshot.error?.code === 'interrupted';
    case 'complete':
      return snapshot.finishReason === 'length';
    case 'idle':
    case 'connecting':
    case 'streaming':
    case 'stopping':
      return false;
  }
}

const interrupted = (): GenerationError =>
  new GenerationError('interrupted', 'The connection was lost before the answer was complete.');
