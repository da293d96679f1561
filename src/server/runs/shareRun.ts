import type { StreamEvent } from '../../core/index.js';
import { after } from '../after.js';
import type { BusLink, FoundRun } from './Bus.js';
import { createBell } from './createBell.js';
import { linesOf } from './linesOf.js';
import type { LiveRun } from './LiveRun.js';
import { contentOf, endEvents, soFar } from './replayRun.js';

// Readers elsewhere say that they are there every few seconds; who is silent for longer has left.
const ASK_MS = 5_000;
const READER_MS = 15_000;
const LOOK_AGAIN_MS = 500;
const KEPT = { length: Infinity, keepMs: 60_000 };
// The end of a log comes a moment after its run was settled.
const END_MS = 2_000;
const INTERRUPTED: StreamEvent = { type: 'done', outcome: 'interrupted' };
/** The last entry of a log. */
const END = '';

const logOf = (runId: string): string => `shared:${runId}`;
const shares = new WeakMap<LiveRun, () => void>();

/**
 * Writes what a run says to a log of the bus, for readers on other nodes. Nothing is written before
 * somebody asks. Published chunks alone would do for a reader whose connection never breaks; of a
 * log it can read again what it missed.
 */
export function shareRun(link: BusLink, live: LiveRun): void {
  const known = shares.get(live);
  if (known !== undefined) return known();
  const leave = live.join();
  const log = logOf(live.info.id);
  /** What the log lacks; `null` when that is not known, so that everything is said again. */
  let said: StreamEvent[] | null = null;
  let ending: readonly StreamEvent[] = [];
  let writing = false;
  let written = Promise.resolve();
  let until = Infinity;
  let cancel: () => void = () => undefined;

  const write = async (): Promise<void> => {
    writing = true;
    while (said === null || said.length > 0) {
      const lines = linesOf(said ?? [...soFar(live), ...ending]);
      said = [];
      // Nothing that can be written would be read as the end.
      if (lines === '' || (await link.append(log, lines, KEPT))) continue;
      said = null;
      if (performance.now() > until) return;
      await pause();
    }
    writing = false;
  };
  // What is said while an entry is on its way becomes the next one.
  const writeSoon = (): void => {
    if (!writing) written = write();
  };
  const silence = live.listen((events) => {
    for (const event of contentOf(events)) said?.push(event);
    writeSoon();
  });
  const end = (keepMs: number): void => {
    until = performance.now() + keepMs;
    cancel();
    silence();
    leave();
    shares.delete(live);
  };
  const stay = (): void => {
    cancel();
    cancel = after(READER_MS, () => end(0));
  };
  shares.set(live, stay);
  stay();
  writeSoon();
  void live.settled.then(async (tombstone) => {
    if (shares.get(live) !== stay) return;
    end(KEPT.keepMs);
    if (tombstone !== null) ending = endEvents(tombstone);
    said?.push(...ending);
    writeSoon();
    await written;
    while (!(await link.append(log, END, KEPT)) && performance.now() < until) await pause();
  });
}

const pause = (): Promise<void> => new Promise((resolve) => void after(LOOK_AGAIN_MS, resolve));

/** Lines of stopkit's stream of a run on another node: all it said, and what it goes on saying. */
export async function* readShared(
  link: BusLink,
  runId: string,
  gone: AbortSignal,
): AsyncGenerator<string> {
  let last: string | null = null;
  let overAt: number | null = null;
  const bell = createBell(link, logOf(runId));
  gone.addEventListener('abort', bell.ring);
  // By a clock of its own: a reader that takes nothing for a while is still there.
  const staying = setInterval(() => gone.aborted || void link.askToShare(runId), ASK_MS);
  try {
    while (!gone.aborted) {
      // The first question can be lost as well: it is asked until something came.
      if (last === null) await link.askToShare(runId);
      // Looked up before the log is read: what was settled then has said everything in it.
      const found = await link.find(runId);
      const entries = await link.read(logOf(runId), last);
      for (const { id, value } of entries) {
        if (value === END) return;
        last = id;
        yield value;
      }
      if (found === null || (found !== 'unknown' && found.state === 'lost')) {
        yield linesOf([INTERRUPTED]);
        return;
      }
      if (found !== 'unknown' && found.state === 'settled' && entries.length === 0) {
        overAt ??= performance.now();
        const isWhole = found.tombstone.text !== null;
        if (last === null && (isWhole || performance.now() - overAt > END_MS)) {
          // It ended before it was asked to share what it says.
          yield linesOf(retold(found));
          return;
        }
        if (performance.now() - overAt > END_MS) {
          // What was said while Redis was away may be missing: it is read again from what is stored.
          yield linesOf([INTERRUPTED]);
          return;
        }
      }
      await bell.wait(LOOK_AGAIN_MS);
    }
  } finally {
    clearInterval(staying);
    bell.silence();
    gone.removeEventListener('abort', bell.ring);
  }
}

/** A run that is over: its answer, where that is whole and so is remembered, and how it ended. */
function retold({
  run,
  tombstone,
}: Extract<FoundRun, { state: 'settled' }>): readonly StreamEvent[] {
  const { text } = tombstone;
  if (text === null) return endEvents(tombstone);
  const said: StreamEvent[] = [
    { type: 'start', runId: run.id },
    { type: 'replay' },
    { type: 'text', delta: text },
  ];
  return [...said, ...endEvents(tombstone)];
}
