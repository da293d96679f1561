import { askToStop, type Question } from './askToStop.js';
import type { Answer } from './createAnswer.js';
import type { Confirmation, StopRecord } from './StopRecord.js';
import type { RequestStop, StopScope } from './StopRequest.js';
import {
  canRetryStop,
  CONFIRMATION,
  type GenerationEvent,
  type StopVerdict,
} from './transition.js';

/** Why and by whom a run is stopped. */
export interface StopCause {
  by: StopRecord['by'];
  reason: string;
  scope?: StopScope;
  limit?: number | undefined;
  /** What is known already, so that nobody needs to be asked. */
  confirmation?: Confirmation;
}

/** The stops of one run. */
export interface Stopper {
  stop(cause: StopCause): Promise<StopRecord | null>;
  retryStop(): Promise<StopRecord | null>;
  /** A later word of the server about this run. */
  hear(verdict: StopVerdict): void;
  /** No event will say more about this run's stop. */
  settleStop(): void;
  /** The answer has changed: somebody may have said the last word. */
  changed(): void;
  /** The stop that is out, until it is answered. */
  stopping(): Promise<unknown> | null;
  /** What the answer is told when a stop ends it. */
  toEvent(cause: StopCause, confirmation: Confirmation, pressedAt: number): GenerationEvent;
}

/** What the stops of a run need. */
export interface StopperOptions {
  runId: string;
  answer: Answer;
  requestStop?: RequestStop;
  confirmWithinMs?: number;
  /** Whether events can still tell how a stop went, so that an accepted one is not the last word. */
  verdictsFollow: () => boolean;
  /** Whether the source was asked, so that there is something to stop. */
  isAsked: () => boolean;
  /** Lets go of the source. */
  close: () => void;
  /** The whole text, for a server that knows only a part of the answer. */
  toWhole: (text: string) => string;
}

/** Stops a run here at once, then asks its server. */
export function createStopper(options: StopperOptions): Stopper {
  const { runId, answer, requestStop, isAsked, verdictsFollow } = options;
  /** The stop that is out, until the last word is known. */
  let question: Question | null = null;
  let lastAsked: Question | null = null;
  let scope: StopScope | undefined;

  const record = (): StopRecord | null => answer.getSnapshot().stopRecord;

  /** Whether somebody may still say how the stop went. */
  const isOpen = (): boolean =>
    answer.getSnapshot().status === 'stopping' || record()?.confirmation === 'pending';

  function toEvent(
    { by, reason, limit }: StopCause,
    confirmation: Confirmation,
    pressedAt: number,
  ): { type: 'stop'; record: StopRecord } {
    return {
      type: 'stop',
      record: {
        runId,
        reason,
        by,
        ...(limit === undefined ? {} : { limit }),
        ...(isAsked() ? {} : { unsent: true }),
        at: Date.now(),
        seenChars: answer.seenChars(),
        frozenMs: performance.now() - pressedAt,
        answeredMs: null,
        confirmation,
      },
    };
  }

  function stop(cause: StopCause): Promise<StopRecord | null> {
    if (cause.scope === 'speech') return silence(cause);
    if (!answer.lives()) {
      if (question !== null) return answerTo(question);
      // Time is up and events may still tell: who presses again asks again.
      return answer.getSnapshot().status === 'stopping' ? retryStop() : Promise.resolve(null);
    }
    scope = cause.scope;
    const pressedAt = performance.now();
    const isNews = cause.confirmation !== undefined;
    const asks = !isNews && isAsked() && requestStop !== undefined;
    // A person's stop drops what was received and not shown; every other end shows it first.
    const end = cause.by === 'user' && !isNews ? answer.freeze : answer.finish;
    end(() => {
      const event = toEvent(
        cause,
        cause.confirmation ?? (asks ? 'pending' : 'not-asked'),
        pressedAt,
      );
      // Before anyone hears of the stop, so that a second press finds the question that is out.
      if (asks) question = ask(requestStop, event.record, pressedAt);
      return event;
    });
    options.close();
    return question === null ? Promise.resolve(record()) : answerTo(question);
  }

  function ask(to: RequestStop, about: StopRecord, pressedAt?: number): Question {
    lastAsked = askToStop({
      requestStop: to,
      about,
      scope,
      withinMs: options.confirmWithinMs,
      pressedAt,
      previous: lastAsked,
      tell,
      onLimit() {
        if (!verdictsFollow()) settleStop();
        question = null;
      },
    });
    return lastAsked;
  }

  /** The text goes on, and the record is the caller's alone. */
  async function silence(cause: StopCause): Promise<StopRecord | null> {
    if (!answer.lives()) return null;
    let { record: about } = toEvent(cause, 'not-asked', performance.now());
    if (requestStop === undefined || !isAsked()) return about;
    const asked = askToStop({
      requestStop,
      about,
      scope: 'speech',
      withinMs: options.confirmWithinMs,
      previous: null,
      tell({ outcome, message = '' }, answeredMs) {
        const said = message === '' ? {} : { message };
        about = { ...about, confirmation: CONFIRMATION[outcome], answeredMs, ...said };
        asked.end();
      },
      onLimit: () => asked.abandon(),
    });
    await asked.over;
    return about;
  }

  async function answerTo(asked: Question): Promise<StopRecord | null> {
    await asked.over;
    return record();
  }

  function retryStop(): Promise<StopRecord | null> {
    if (question !== null) return answerTo(question);
    const about = record();
    if (requestStop === undefined || !canRetryStop(about)) return Promise.resolve(null);
    const asked = ask(requestStop, about);
    question = asked;
    answer.dispatch({ type: 'retry-stop' });
    return answerTo(asked);
  }

  function tell(verdict: StopVerdict, answeredMs: number | null): void {
    const whole =
      verdict.outcome === 'finished' && typeof verdict.text === 'string'
        ? { ...verdict, text: options.toWhole(verdict.text) }
        : verdict;
    answer.dispatch({
      type: 'verdict',
      runId,
      verdict: whole,
      answeredMs,
      waits: verdictsFollow(),
    });
  }

  const settleStop = (): void => answer.dispatch({ type: 'settle', runId });

  return {
    stop,
    retryStop,
    hear: (verdict) => tell(verdict, null),
    settleStop,
    changed() {
      if (isOpen()) return;
      question?.end();
      question = null;
    },
    stopping: () => question?.over ?? null,
    toEvent,
  };
}
