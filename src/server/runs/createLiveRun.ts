import { type AutoStop, type BudgetWatch, watchBudgets } from '../../core/autoStop.js';
import { createListeners } from '../../core/createListeners.js';
import type { StreamEvent } from '../../core/index.js';
import type { Format } from '../../formats/Format.js';
import { after } from '../after.js';
import type { RunInfo, RunOutcome, StopIntent, Tombstone } from './Bus.js';
import type { LiveRun, OnDisconnect } from './LiveRun.js';
import type { Keeper } from './createKeeper.js';
import type { RunLimits } from './RunLimits.js';
import type { RunContent, RunSettled } from './RunSettled.js';
import { type End, endOf, measured, settledRun, tombstoneOf } from './settledRun.js';
import { keepStop } from './stopOf.js';
import { createTally } from './createTally.js';
import { createTranscript } from './createTranscript.js';

export interface LiveRunOptions {
  info: RunInfo;
  format: Format;
  onDisconnect: OnDisconnect;
  limits: Required<RunLimits>;
  autoStop: AutoStop | undefined;
  keeper: Keeper;
  onUnreadable(error: unknown): void;
  /** The run makes nothing any more. */
  onSettling(): void;
  /** The answer is kept; nobody has been told yet. */
  onSettled(run: RunSettled, tombstone: Tombstone, stop: StopIntent | null): Promise<void>;
}

// After the end marker the body's own end is awaited this long.
const DRAIN_MS = 1_000;
const DISCONNECTED: End = { outcome: 'disconnected', reason: null };
const now = (): number => performance.now();

export function createLiveRun(options: LiveRunOptions): LiveRun {
  const { info, limits } = options;
  const controller = new AbortController();
  const startedAt = now();
  const listeners = createListeners<[events: readonly StreamEvent[]]>();
  let phase: 'waiting' | 'running' | 'left' | 'over' = 'waiting';
  let endedAs: RunOutcome | null = null;
  let readers = 0;
  let heard: { intent: StopIntent; at: number } | null = null;
  let late = { chunks: 0, bytes: 0 };
  let close: () => Promise<boolean> = () => Promise.resolve(true);
  let budgets: BudgetWatch | null = null;
  let heardSince = 0;
  let cancelTimer: () => void = () => undefined;
  let resolve: (tombstone: Tombstone | null) => void;
  const settled = new Promise<Tombstone | null>((done) => {
    resolve = done;
  });

  const tally = createTally(options.onUnreadable);
  const transcript = createTranscript(
    options.format,
    (events) => {
      tally.hear(events);
      options.keeper.touch(content);
      listeners.tell(events);
    },
    tally.onUnreadable,
  );

  function content(): RunContent {
    const { text, parts, messageId } = transcript.content();
    return { text, parts, messageId };
  }
  const runs = (): boolean => phase === 'running';
  const isComplete = (): boolean => endedAs === 'complete';

  /** The upstream is let go of and nothing more is said; who did it may still be unknown. */
  function freeze(): void {
    budgets?.end();
    transcript.close();
    controller.abort();
    options.onSettling();
  }

  function leave(): void {
    if (!runs() || readers > 0) return;
    const { onDisconnect } = options;
    if (onDisconnect === 'continue') return;
    cancelTimer();
    if (onDisconnect === 'stop') disconnect();
    else cancelTimer = after(onDisconnect.graceMs, disconnect);
  }

  function disconnect(): void {
    if (!runs()) return;
    phase = 'left';
    freeze();
    cancelTimer = after(limits.nameMs, () => void settle(DISCONNECTED));
  }

  async function settle(end: End): Promise<void> {
    if (phase === 'over') return;
    const wasLeft = phase === 'left';
    phase = 'over';
    endedAs = end.outcome;
    cancelTimer();
    if (isComplete()) {
      budgets?.end();
      cancelTimer = after(DRAIN_MS, () => controller.abort());
      options.onSettling();
    } else if (!wasLeft) {
      if (end.outcome === 'stopped') keepStop(controller.signal, end);
      freeze();
    }
    const from = heard?.at ?? now();
    const closing = isComplete() ? null : closedMs(from);
    const run = settledRun({
      info,
      end,
      all: transcript.content(),
      seenChars: heard?.intent.seenChars ?? null,
      usage: transcript.usage(),
      durationMs: now() - startedAt,
    });
    const saved = await options.keeper.settle(run);
    const savedMs = saved ? now() - from : null;
    const receipt =
      closing === null ? null : measured(await closing, savedMs, late, run.text.length);
    const tombstone = tombstoneOf(run, { receipt, saved });
    await options.onSettled(run, tombstone, heard?.intent ?? null);
    resolve(tombstone);
  }

  const closedMs = async (from: number): Promise<number | null> =>
    (await close()) ? now() - from : null;

  function stop(intent: StopIntent, limit?: number): void {
    if (phase === 'over') return;
    heard ??= { intent, at: now() };
    if (phase === 'waiting') return;
    const { reason, by } = heard.intent;
    void settle({ outcome: 'stopped', reason, by, ...(limit === undefined ? {} : { limit }) });
  }

  return {
    info,
    signal: controller.signal,
    begin(wanted) {
      phase = 'running';
      if (wanted !== null) heard ??= { intent: wanted, at: now() };
      if (heard !== null) {
        stop(heard.intent);
        return;
      }
      leave();
      if (options.autoStop === undefined || !runs()) return;
      budgets = watchBudgets(
        options.autoStop,
        (reason, limit) => stop({ runId: info.id, userId: null, by: 'auto', reason }, limit),
        () => heardSince,
      );
    },
    withdraw() {
      phase = 'over';
      transcript.close();
      controller.abort();
      resolve(null);
    },
    async accept(bytes) {
      if (runs()) {
        await transcript.feed(bytes);
        if (!runs()) return isComplete();
        const characters = transcript.content().text.length;
        const tokens = transcript.reportedTokens();
        const written = transcript.written();
        const said = endOf(transcript.ending());
        // What says "done" is let through only when the answer is kept, and spends no budget any more.
        if (said === null) budgets?.seen({ characters, written, tokens }, tally.speaks());
        else await settle(said);
        return true;
      }
      if (isComplete()) return true;
      late = { chunks: late.chunks + 1, bytes: late.bytes + bytes.length };
      return false;
    },
    async finish(error) {
      if (runs()) await transcript.end();
      if (runs()) {
        const whole: End = endOf(transcript.ending()) ?? { outcome: 'complete', reason: null };
        const outcome = error?.interrupted === true ? 'interrupted' : 'error';
        await settle(error === undefined ? whole : { outcome, reason: null, error: error.message });
      }
      if (isComplete()) cancelTimer();
    },
    async holdUntil(room) {
      heardSince = Infinity;
      await room;
      heardSince = now();
    },
    setClosing(next) {
      close = next;
    },
    stop,
    interrupt() {
      if (runs()) void settle({ outcome: 'interrupted', reason: 'server', by: 'remote' });
      else if (phase === 'left') void settle(DISCONNECTED);
    },
    join() {
      readers += 1;
      if (runs()) cancelTimer();
      let isHere = true;
      return () => {
        if (!isHere) return;
        isHere = false;
        readers -= 1;
        leave();
      };
    },
    listen: listeners.add,
    content,
    outcome: () => endedAs,
    toldItsStop: () => transcript.ending()?.type === 'stopped' && heard === null,
    settled,
  };
}
