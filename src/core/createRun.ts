import { type AutoStop, type BudgetWatch, watchBudgets } from './autoStop.js';
import { isWord } from './applyEvents.js';
import { type AnswerOptions, createAnswer } from './createAnswer.js';
import { createStopper, type StopCause, type Stopper } from './createStopper.js';
import { cutOff, GenerationError, isCut } from './GenerationError.js';
import { type Publish, type Reading, readSource } from './readSource.js';
import { joinText } from './seam.js';
import type { Snapshot } from './Snapshot.js';
import type { RunRequest, Source } from './Source.js';
import type { RequestStop } from './StopRequest.js';
import type { StreamEvent } from './StreamEvent.js';
import type { StopAmendment } from './transition.js';

/** One run: it owns its snapshot, so that nothing of it can ever touch the next run. */
export interface Run extends Pick<Stopper, 'stop' | 'retryStop' | 'hear' | 'settleStop'> {
  readonly id: string;
  /** Asks the source; apart from making the run, so that its first event finds the run in place. */
  begin(): void;
  getSnapshot(): Snapshot;
  /** Stops the run for another one, which nothing of this one may touch. */
  leave(cause: StopCause): void;
  /** What is learned of the stop and changes nothing else. */
  amend(told: StopAmendment): void;
  hold(): void;
  release(): void;
  /** What the next run waits for: the stop that is out, or what this run itself still waits for. */
  waitFor(): Promise<unknown> | null;
  readonly settled: Promise<Snapshot>;
}

/** What a run is made of. */
export interface RunOptions<Input> extends Pick<
  AnswerOptions,
  'before' | 'keep' | 'onChange' | 'onSettled'
> {
  source: Source<Input>;
  request: Omit<RunRequest<Input>, 'signal'>;
  publish: Publish;
  /** A stop that must be over before this run may ask anything. */
  waitFor: () => Promise<unknown> | null;
  /** What else must be over, asked after that. */
  whenFree?: (signal: AbortSignal) => Promise<void> | undefined;
  requestStop?: RequestStop;
  confirmWithinMs?: number;
  /** Whether events can still tell how a stop went, so that an accepted one is not the last word. */
  verdictsFollow?: () => boolean;
  /** What to read on from after the connection was lost; the status stays meanwhile. */
  recover?: (runId: string, error: GenerationError) => Source<Input> | null;
  autoStop?: AutoStop;
  /** Since when its words can be heard; `Infinity` while they cannot. */
  heardSince?: () => number;
}

/** Makes one run; nothing happens before `begin`. */
export function createRun<Input>(options: RunOptions<Input>): Run {
  const { request, publish, source, before } = options;
  const id = request.runId;
  let reading: Reading | null = null;
  let budgets: BudgetWatch | null = null;
  let isAsked = false;
  let isLeft = false;

  const answer = createAnswer({
    ...options,
    runId: id,
    mode: request.mode,
    continues: source.continues,
    onChange() {
      if (!answer.lives()) budgets?.end();
      stopper.changed();
      options.onChange();
    },
  });
  const stopper = createStopper({
    ...options,
    runId: id,
    answer,
    verdictsFollow: () => !isLeft && options.verdictsFollow?.() === true,
    isAsked: () => isAsked,
    close: () => reading?.close(),
    toWhole: (text) =>
      request.mode === 'continue' ? joinText(before.text, text, source.continues) : text,
  });

  function read(from: Source<Input>, waitFor: Promise<unknown> | null, isAgain: boolean): void {
    reading = readSource({
      waitFor,
      // What runs already waits for nothing.
      whenFree: isAgain || request.mode === 'attach' ? undefined : options.whenFree,
      publish,
      accept,
      show: answer.show,
      open(signal) {
        if (isAgain) {
          return from({ ...request, signal, mode: 'attach', partial: answer.getSnapshot() });
        }
        isAsked = true;
        // The budgets are for what this page asks for.
        if (options.autoStop !== undefined && request.mode !== 'attach') {
          budgets = watchBudgets(
            options.autoStop,
            (reason, limit) => void stopper.stop({ by: 'auto', reason, limit }),
            options.heardSince,
          );
        }
        return from({ ...request, signal });
      },
    });
    reading.begin();
  }

  function fail(error: GenerationError): void {
    const again = isCut(error) && options.recover?.(id, error);
    if (!again) {
      answer.finish(() => ({ type: 'fail', error, at: Date.now() }));
      return;
    }
    answer.show();
    // Who saw it may have stopped it.
    if (!answer.lives()) return;
    reading?.close();
    // A frame later, so that a source that is cut again at once cannot hold the page.
    const nextFrame = new Promise<void>((resolve) => void publish(resolve));
    read(again, nextFrame, true);
  }

  /** Takes in what the source said; false once the answer is over. */
  function accept(event: StreamEvent): boolean {
    if (!isEvent(event)) throw new GenerationError('protocol', NOT_AN_EVENT);
    switch (event.type) {
      case 'done':
        if (event.outcome === 'stopped') {
          // Somebody else made it: after a stop from here the source is heard no more.
          const { reason: said = 'server', limit } = event;
          const reason = said === 'user' ? 'other-tab' : said;
          const heardAt = performance.now();
          const cause = { by: 'remote', reason, limit } as const;
          answer.finish(() => stopper.toEvent(cause, 'confirmed', heardAt));
        } else if (event.outcome === 'interrupted') {
          fail(cutOff());
        } else {
          const { reason = null } = event;
          answer.finish(() => ({ type: 'finish', reason, at: Date.now() }));
        }
        return false;
      case 'error':
        fail(event.error);
        return false;
      case 'replay':
        answer.rewind();
        return true;
      default:
        answer.add(event);
    }
    budgets?.seen(answer.totals(), isWord(event));
    return answer.lives();
  }

  return {
    ...answer,
    ...stopper,
    id,
    begin() {
      if (answer.lives()) read(source, options.waitFor(), false);
    },
    leave(cause) {
      isLeft = true;
      if (answer.lives()) void stopper.stop(cause);
      else if (stopper.stopping() === null) stopper.settleStop();
    },
    amend: (told) => answer.dispatch({ type: 'amend', told }),
    waitFor: () => stopper.stopping() ?? (isAsked ? null : options.waitFor()),
  };
}

const isEvent = (said: unknown): boolean =>
  typeof said === 'object' && said !== null && 'type' in said;

const NOT_AN_EVENT = 'The answer came in a form that cannot be read.';
