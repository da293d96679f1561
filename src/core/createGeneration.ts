import type { AutoStop } from './autoStop.js';
import { createRun, type Publish, type Run, type RunOptions } from './createRun.js';
import type { Generation } from './Generation.js';
import { createRunId } from './runId.js';
import { idleSnapshot, isActive, type Snapshot } from './Snapshot.js';
import type { RunRequest, Source } from './Source.js';
import type { RequestStop } from './StopRequest.js';

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
  /** Called exactly once per run, when it is over. */
  onSettled?: (snapshot: Snapshot) => void;
}

const FRAME_MS = 16;

const publishByTimer: Publish = (callback) => {
  const timer = setTimeout(callback, FRAME_MS);
  return () => clearTimeout(timer);
};

/** One answer after another from a source, each of which can be stopped. */
export function createGeneration<Input>(options: GenerationOptions<Input>): Generation<Input> {
  const listeners = new Set<() => void>();
  const initial = options.initial ?? idleSnapshot;
  let run: Run | null = null;
  let last: { input: Input } | null = null;

  const getSnapshot = (): Snapshot => run?.getSnapshot() ?? initial;
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };

  function begin(
    input: Input,
    mode: RunRequest<Input>['mode'],
    keep: RunOptions<Input>['keep'],
  ): Promise<Snapshot> {
    const before = getSnapshot();
    const waitFor = run?.stopping() ?? null;
    void run?.stop({ by: 'replaced', reason: 'replaced' });
    last = { input };
    const next: Run = createRun({
      source: options.source,
      request: {
        runId: createRunId(),
        input,
        mode,
        ...(mode === 'start' ? {} : { partial: before }),
      },
      before: isActive(before.status) ? { ...before, status: 'idle' } : before,
      keep,
      waitFor,
      requestStop: options.requestStop,
      confirmWithinMs: options.confirmWithinMs ?? 5_000,
      verdictsFollow: false,
      autoStop: options.autoStop,
      publish: options.publish ?? publishByTimer,
      onChange: () => {
        if (run === next) notify();
      },
      onSettled: (snapshot) => options.onSettled?.(snapshot),
    });
    run = next;
    notify();
    next.begin();
    return next.settled;
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    getSnapshot,
    isActive: () => isActive(getSnapshot().status),
    start: (input) => begin(input, 'start', 'nothing'),
    regenerate: () =>
      last === null
        ? Promise.resolve(getSnapshot())
        : begin(last.input, 'start', 'until-first-word'),
    continueAnswer: () =>
      last === null || !getSnapshot().canContinue
        ? Promise.resolve(getSnapshot())
        : begin(last.input, 'continue', 'answer'),
    stop: (stopOptions = {}) =>
      run?.stop({ by: 'user', reason: 'user', ...stopOptions }) ?? Promise.resolve(null),
    retryStop: () => run?.retryStop() ?? Promise.resolve(null),
    hold: () => run?.hold(),
    release: () => run?.release(),
    reset() {
      void run?.stop({ by: 'replaced', reason: 'replaced' });
      run = null;
      notify();
    },
    dispose() {
      void run?.stop({ by: 'auto', reason: 'unmount' });
    },
  };
}
