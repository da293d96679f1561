import type { AutoStop } from './autoStop.js';
import { createRun, type Run, type RunOptions } from './createRun.js';
import { createListeners, guard } from './createListeners.js';
import { createStoredStop } from './createStoredStop.js';
import type { Generation } from './Generation.js';
import { cutOff, type GenerationError } from './GenerationError.js';
import type { Publish } from './readSource.js';
import { createRunId } from './runId.js';
import { mayContinue } from './mayContinue.js';
import { idleSnapshot, isActive, type Snapshot } from './Snapshot.js';
import type { RunRequest, Source } from './Source.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop } from './StopRequest.js';
import { transition } from './transition.js';

/** What a generation is made of. */
export interface GenerationOptions<Input> {
  source: Source<Input>;
  /** Asks the server to stop; without it a stop closes the connection and asks nobody. */
  requestStop?: RequestStop;
  /** How long `stop()` waits for the server. @default 5000 */
  confirmWithinMs?: number;
  autoStop?: AutoStop;
  /** When shown text may change. @default a timer of one frame */
  publish?: Publish;
  /** A stored answer to begin with. */
  initial?: Snapshot;
  /** What the stored answer was the answer to: Regenerate and Continue ask it again. */
  initialInput?: Input;
  /** Called exactly once per run, when it is over. */
  onSettled?: (snapshot: Snapshot) => void;
}

/** What a backend adds to a generation. */
export interface EngineOptions<Input> extends GenerationOptions<Input> {
  /**
   * Whether the backend's events can still tell how a stop went. While they can, an accepted stop stays
   * `stopping` until `hear` or `settleStop` says more; `stop()` resolves in time either way.
   * @default never
   */
  verdictsFollow?: () => boolean;
  /**
   * Whether a run that takes the place of another asks only after the stop of that one was answered: a stop that
   * names no run would hit it.
   * @default false
   */
  waitsForStops?: boolean;
  /** What else a run waits for before it asks: until then a stop of it asks nobody. */
  whenFree?: (signal: AbortSignal) => Promise<void> | undefined;
  /**
   * Since when the words of the run can be heard, for its silence counts from then; `Infinity` while they cannot.
   * @default always
   */
  heardSince?: () => number;
  /**
   * What to read on from when a run's connection is lost; `null` gives up, and the run is `interrupted`.
   * The source is asked with mode `attach`; it may wait for the network, and should say `replay` before
   * what it repeats. Meanwhile the status stays as it is. It is asked again at every cut.
   */
  recover?: (runId: string, error: GenerationError) => Source<Input> | null;
  /** A run that another one took the place of has changed: its stop was answered, or not in time. */
  onLate?: (snapshot: Snapshot) => void;
}

/** A generation, and its runs for those who say more about them than a person can. */
export interface Runner<Input> {
  generation: Generation<Input>;
  /** Starts a run over what is shown, and leaves the one before it. */
  begin(
    request: Omit<RunRequest<Input>, 'signal'>,
    before: Snapshot,
    keep: RunOptions<Input>['keep'],
  ): Promise<Snapshot>;
  /** The run of this id, while it is the last one. */
  named(runId: string): Run | null;
}

const FRAME_MS = 16;

const publishByTimer: Publish = (callback) => {
  const timer = setTimeout(callback, FRAME_MS);
  return () => clearTimeout(timer);
};

/** Runs a source: one answer after another, each of which can be stopped. */
export function createRunner<Input>(options: EngineOptions<Input>): Runner<Input> {
  const listeners = createListeners();
  let run: Run | null = null;
  const { initialInput } = options;
  let last: { input: Input } | null = initialInput == null ? null : { input: initialInput };
  let initial = asStored(
    options.initial ?? idleSnapshot,
    last ? options.source.continues : undefined,
  );

  const getSnapshot = (): Snapshot => run?.getSnapshot() ?? initial;
  const named = (runId: string): Run | null => (run?.id === runId ? run : null);
  const setInitial = (next: Snapshot): void => {
    if (next === initial) return;
    initial = { ...next, canContinue: next.canContinue && mayContinue(next) };
    listeners.tell();
  };
  const retryStored = createStoredStop(() => initial, setInitial, options);

  function begin(
    request: Omit<RunRequest<Input>, 'signal'>,
    before: Snapshot,
    keep: RunOptions<Input>['keep'],
  ): Promise<Snapshot> {
    const old = run;
    let waitFor = old?.waitFor() ?? null;
    last = { input: request.input };
    const next: Run = createRun({
      ...options,
      request,
      before,
      keep,
      waitFor: () => waitFor,
      publish: options.publish ?? publishByTimer,
      onChange: () => {
        if (run === next) listeners.tell();
        else options.onLate?.(next.getSnapshot());
      },
      onSettled: (snapshot) => guard(() => options.onSettled?.(snapshot)),
    });
    // In place before the old run is left, so that nobody sees a moment between the two.
    run = next;
    old?.leave({
      by: 'replaced',
      reason: 'replaced',
      ...(request.mode === 'attach' || old.id === request.runId
        ? { confirmation: 'not-asked' }
        : {}),
    });
    if (options.waitsForStops === true) waitFor = old?.waitFor() ?? null;
    listeners.tell();
    next.begin();
    return next.settled;
  }

  /** Asks the last question, in a run with a name of its own; where none is known nothing changes. */
  function ask(
    how: Pick<RunRequest<Input>, 'mode' | 'partial'>,
    keep: RunOptions<Input>['keep'],
  ): Promise<Snapshot> {
    const shown = getSnapshot();
    return last === null
      ? Promise.resolve(shown)
      : begin({ ...how, ...last, runId: createRunId() }, shown, keep);
  }

  const generation: Generation<Input> = {
    subscribe: listeners.add,
    getSnapshot,
    isActive: () => isActive(getSnapshot().status),
    start(input) {
      last = { input };
      return ask({ mode: 'start' }, 'nothing');
    },
    regenerate: () => ask({ mode: 'start' }, 'until-first-word'),
    continueAnswer() {
      const partial = getSnapshot();
      return partial.canContinue
        ? ask({ mode: 'continue', partial }, 'answer')
        : Promise.resolve(partial);
    },
    stop: (stopOptions = {}) =>
      run?.stop({ by: 'user', reason: 'user', ...stopOptions }) ?? Promise.resolve(null),
    retryStop: () => (run === null ? retryStored() : run.retryStop()),
    hold: () => run?.hold(),
    release: () => run?.release(),
    reset() {
      const old = run;
      run = null;
      last = null;
      initial = idleSnapshot;
      old?.leave({ by: 'replaced', reason: 'replaced' });
      listeners.tell();
    },
    dispose() {
      void run?.stop({ by: 'auto', reason: 'unmount' });
    },
  };

  return { generation, begin, named };
}

/** A stored answer as one that nobody writes any more; it is gone on with where its question is known. */
function asStored(stored: Snapshot, continues: Source<never>['continues']): Snapshot {
  const stopRecord: StopRecord | null =
    stored.stopRecord?.confirmation === 'pending'
      ? { ...stored.stopRecord, confirmation: 'unconfirmed' }
      : stored.stopRecord;
  // What was stored as text has no name but that of its stop.
  const runId = stored.runId ?? stopRecord?.runId ?? null;
  const open = { ...stored, runId, status: 'streaming', stopRecord: null } as const;
  const over = !isActive(stored.status)
    ? { ...stored, runId, stopRecord }
    : stopRecord === null
      ? // When it was lost nobody knows.
        transition(open, { type: 'fail', error: cutOff(), at: 0 })
      : transition(open, { type: 'stop', record: stopRecord });
  return { ...over, canContinue: continues !== undefined && mayContinue(over) };
}
