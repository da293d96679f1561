import { vi } from 'vitest';
import {
  createGenerationEngine,
  type GenerationEngine,
} from '../../../src/core/createGenerationEngine.js';
import type {
  AutoStop,
  RequestStop,
  RunRequest,
  Snapshot,
  Source,
  StopAnswer,
  StopRecord,
  StopRequest,
  StreamEvent,
} from '../../../src/core/index.js';

/** How one world differs from another. */
export interface WorldOptions {
  asksServer: boolean;
  eventsFollow: boolean;
  recovers: boolean;
  continues: 'prefill' | 'instruct' | null;
  autoStop: AutoStop | null;
}

/** One reading of the source; it does not hear its signal, so that late words do arrive. */
export interface Channel {
  request: RunRequest<string>;
  say(said: StreamEvent | readonly StreamEvent[]): void;
  end(): void;
  fail(reason: unknown): void;
}

/** A stop that reached the server, and the means to answer it. */
export interface AskedStop {
  request: StopRequest;
  answer(answer: StopAnswer): void;
  reject(): void;
  isAnswered: boolean;
}

/** A call of `stop`, and what became of it. */
export interface StopCall {
  at: number;
  isResolved: boolean;
  isRejected: boolean;
  result?: StopRecord | null;
}

/** An engine in a world whose clock, frames, words and answers the test holds. */
export interface World {
  readonly options: WorldOptions;
  readonly engine: GenerationEngine<string>;
  readonly channels: readonly Channel[];
  readonly asked: readonly AskedStop[];
  readonly stopCalls: readonly StopCall[];
  /** Calls of `onSettled`, by run. */
  readonly settled: ReadonlyMap<string, Snapshot[]>;
  /** What `start` and its like returned. */
  readonly starts: readonly StopCall[];
  readonly problems: readonly unknown[];
  stop(): void;
  retry(): void;
  track(started: Promise<Snapshot>): void;
  frame(): void;
  wait(ms: number): void;
  now(): number;
  /** Lets every promise that can go on do so. */
  drain(): Promise<void>;
  end(): void;
}

export const CONFIRM_WITHIN_MS = 5_000;

export function createWorld(options: WorldOptions): World {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  const channels: Channel[] = [];
  const asked: AskedStop[] = [];
  const stopCalls: StopCall[] = [];
  const starts: StopCall[] = [];
  const settled = new Map<string, Snapshot[]>();
  const problems: unknown[] = [];
  let frames: (() => void)[] = [];

  const source: Source<string> = (request) => {
    const words: (() => IteratorResult<StreamEvent | readonly StreamEvent[]>)[] = [];
    let wake: (() => void) | null = null;
    const push = (word: (typeof words)[number]): void => {
      words.push(word);
      wake?.();
    };
    channels.push({
      request,
      say: (said) => push(() => ({ done: false, value: said })),
      end: () => push(() => ({ done: true, value: undefined })),
      fail: (reason) =>
        push(() => {
          throw reason;
        }),
    });
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          for (;;) {
            const word = words.shift();
            if (word !== undefined) return word();
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
      }),
    };
  };

  const requestStop: RequestStop = (request) =>
    new Promise((resolve, reject) => {
      const one: AskedStop = {
        request,
        isAnswered: false,
        answer(answer) {
          one.isAnswered = true;
          resolve(answer);
        },
        reject() {
          one.isAnswered = true;
          reject(new Error('no network'));
        },
      };
      asked.push(one);
    });

  const engine = createGenerationEngine<string>({
    source: Object.assign(
      source,
      options.continues === null ? {} : { continues: options.continues },
    ),
    ...(options.asksServer ? { requestStop } : {}),
    ...(options.autoStop === null ? {} : { autoStop: options.autoStop }),
    ...(options.recovers ? { recover: () => source } : {}),
    verdictsFollow: () => options.eventsFollow,
    confirmWithinMs: CONFIRM_WITHIN_MS,
    publish(callback) {
      frames.push(callback);
      return () => {
        frames = frames.filter((waiting) => waiting !== callback);
      };
    },
    onSettled(snapshot) {
      const runId = snapshot.runId ?? '';
      settled.set(runId, [...(settled.get(runId) ?? []), snapshot]);
    },
  });

  const follow = (calls: StopCall[], promise: Promise<unknown>): void => {
    const call: StopCall = { at: Date.now(), isResolved: false, isRejected: false };
    calls.push(call);
    promise.then(
      (result) => {
        call.isResolved = true;
        // Both kinds of call resolve to something that tells of a stop; only `stop` is looked at.
        call.result = result as StopRecord | null;
      },
      (reason: unknown) => {
        call.isRejected = true;
        problems.push(reason);
      },
    );
  };

  return {
    options,
    engine,
    channels,
    asked,
    stopCalls,
    settled,
    starts,
    problems,
    stop: () => follow(stopCalls, engine.generation.stop()),
    retry: () => follow(stopCalls, engine.generation.retryStop()),
    track: (started) => follow(starts, started),
    frame() {
      const due = frames;
      frames = [];
      for (const callback of due) callback();
    },
    wait: (ms) => void vi.advanceTimersByTime(ms),
    now: () => Date.now(),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
    end: () => void vi.useRealTimers(),
  };
}
