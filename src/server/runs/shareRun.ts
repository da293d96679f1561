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
const KEEP_MS = 60_000;
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
  /** How many entries the log has; with fewer it was lost, and a reader would not hear the beginning. */
  let entries = 0;
  let ending: readonly StreamEvent[] = [];
  let writing = false;
  let written = Promise.resolve();
  let until = Infinity;
  let cancel: () => void = () => undefined;

  const append = async (value: string, isWhole: boolean): Promise<boolean> => {
    // What says everything takes the place of all that was there.
    const keep = isWhole ? { length: 1 } : { length: Infinity, entries };
    const isThere = await link.append(log, value, { keepMs: KEEP_MS, ...keep });
    if (isThere) entries = isWhole ? 1 : entries + 1;
    return isThere;
  };
  const write = async (): Promise<void> => {
    writing = true;
    while (said === null || said.length > 0) {
      const isWhole = said === null;
      const lines = linesOf(said ?? [...soFar(live), ...ending]);
      said = [];
      // Nothing that can be written would be read as the end.
      if (lines === '' || (await append(lines, isWhole))) continue;
      said = null;
      if (performance.now() > until) return;
      if (isWhole) await pause();
    }
    writing = false;
  };
  // What is said while an entry is on its way becomes the next one.
  const writeSoon = (): void => {
    if (!writing) written = write();
  };
  const writeAgain = (): void => {
    said = null;
    writeSoon();
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
    cancel = after(READER_MS, () => {
      end(0);
      // Who comes later must not take what was said until now for all of it.
      void append(linesOf([{ type: 'start', runId: live.info.id }]), true);
    });
  };
  /** A reader is there, also while nothing is said for long. */
  const keep = async (): Promise<void> => {
    stay();
    // What is being written notices by itself that its log is lost.
    const isAtRest = (): boolean => !writing && shares.get(live) === hear;
    if (!isAtRest() || link.touch === undefined) return;
    const isThere = await link.touch(log, { keepMs: KEEP_MS, entries });
    if (!isThere && isAtRest()) writeAgain();
  };
  const hear = (): void => void keep();
  shares.set(live, hear);
  stay();
  writeSoon();
  void live.settled.then(async (tombstone) => {
    if (shares.get(live) !== hear) return;
    end(KEEP_MS);
    if (tombstone !== null) ending = endEvents(tombstone);
    said?.push(...ending);
    writeSoon();
    await written;
    while (!(await append(END, false)) && performance.now() < until) {
      await pause();
      writeAgain();
      await written;
    }
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
      const values = entries.map(({ value }) => value);
      const isOver = values.includes(END);
      const lines = values.slice(0, isOver ? values.indexOf(END) : undefined).join('');
      const isFirst = last === null;
      last = entries.at(-1)?.id ?? last;
      if (lines !== '') yield isFirst ? saidBefore(lines) : lines;
      if (isOver) return;
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

/** All that is told at first was said before, also what came to the log after its beginning. */
function saidBefore(lines: string): string {
  const events = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StreamEvent);
  let chars = 0;
  for (const event of events) {
    if (event.type === 'replay') chars = 0;
    if (event.type === 'text') chars += event.delta.length;
  }
  const isReplay = ({ type }: StreamEvent): boolean => type === 'replay';
  return linesOf(events.map((event) => (isReplay(event) ? { type: 'replay', chars } : event)));
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
