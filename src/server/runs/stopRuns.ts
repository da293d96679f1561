import type { Receipt, StopAnswer, StopRecord, Usage } from '../../core/index.js';
import type { FoundRun, RunInfo, StopIntent } from './Bus.js';
import { isCount } from './isCount.js';
import type { Registry } from './Registry.js';
import { runsHere } from './runsHere.js';
import { waitForSettle } from './waitForSettle.js';
import { within } from './within.js';

/** What a stop came to: the answer of the routes, and of `runs.stop`. */
export interface StopResult {
  conversationId: string | null;
  runId: string | null;
  /** Whether this stop, or one before it, ended the run. */
  abortedTurn: boolean;
  outcome: StopAnswer['outcome'];
  /** The whole answer, when the run had finished. */
  text?: string;
  usage?: Usage;
  receipt?: Receipt;
  /** False when what was said could not be kept. */
  saved?: boolean;
  message?: string;
}

/** What is to be stopped, for whom and why. */
export interface StopWish {
  runId?: string;
  conversationId?: string;
  /** Only this user's runs; the app itself may stop anybody's. */
  userId?: string;
  /** @default 'user', and 'operator' without a user */
  reason?: string;
  seenChars?: number;
}

const NOT_TOLD = 'The other servers cannot be reached. Stop it once more.';
const NOT_SAVED = 'The answer was stopped, but what was said could not be saved.';

/** Stops a run by its id; `null` when this user has no such run, at least not yet. */
export async function stopRun(
  registry: Registry,
  runId: string,
  wish: StopWish,
): Promise<StopResult | null> {
  const { link, live, limits } = registry;
  const intent = intentOf(runId, wish);
  const mine = (run: RunInfo): boolean =>
    (wish.userId === undefined || run.userId === wish.userId) &&
    (wish.conversationId === undefined || run.conversationId === wish.conversationId);

  const here = live.get(runId);
  if (here !== undefined) {
    const run = here.info;
    if (!mine(run)) return null;
    here.stop(intent);
    const tombstone = await within(here.settled, limits.answerMs);
    if (tombstone !== null) return answer(registry, { state: 'settled', run, tombstone }, intent);
    // A run that was refused is not here any more, and its id may be another one's.
    if (live.get(runId) === here) {
      const ended = here.outcome();
      return stopping(run, ended === null || ended === 'stopped' || ended === 'disconnected');
    }
  }
  let found = await link.find(runId);
  if (found === 'unknown' && wish.userId === undefined) {
    // Nobody remembers it for the app, which names no user: it is told once more when somebody can be asked.
    await link.stop(intent);
    return { ...idle(wish.conversationId ?? null, runId), outcome: 'refused', message: NOT_TOLD };
  }
  if (found === null || found === 'unknown' || !mine(found.run)) return null;
  // A node that only seemed to be gone hears of it when it is back.
  if (found.state === 'lost') await link.stop(intent);
  if (found.state === 'active') {
    const isTold = (await link.stop(intent)) === 'sent';
    const later = await waitForSettle(link, runId, limits.answerMs);
    // One that ran when it was told is ended by it, though it is not kept yet.
    if (later !== null && later.state !== 'active') found = later;
    else if (!isTold) return stopping(found.run, false);
  }
  return answer(registry, found, intent);
}

/** Remembers a stop whose run nobody has seen yet. */
export async function rememberStop(
  registry: Registry,
  runId: string,
  wish: StopWish & { userId: string },
): Promise<void> {
  await registry.link.stop(intentOf(runId, wish));
}

/** Stops what runs in a conversation; `null` when this user has no such conversation. */
export async function stopConversation(
  registry: Registry,
  conversationId: string,
  wish: StopWish,
): Promise<StopResult | null> {
  const { link, live } = registry;
  const { userId } = wish;
  // What is here ends at once, also while the bus does not answer.
  const stopping = new Map<RunInfo, Promise<StopResult | null>>();
  const where = { conversationId, ...(userId === undefined ? {} : { userId }) };
  for (const run of runsHere(live, where)) stopping.set(run, stopRun(registry, run.id, wish));
  const listed = await link.active(where);
  const here = new Set([...stopping.keys()].map(({ id }) => id));
  for (const run of listed === 'unknown' ? [] : listed) {
    if (!here.has(run.id)) stopping.set(run, stopRun(registry, run.id, wish));
  }
  const newestLast = [...stopping].sort(([one], [other]) => one.startedAt - other.startedAt);
  const results = await Promise.all(newestLast.map(([, result]) => result));
  const newest = results.filter((result) => result !== null).at(-1);
  if (newest !== undefined) return newest;
  const last = await link.lastRun(where);
  if (last === 'unknown') {
    return { ...idle(conversationId, null), outcome: 'refused', message: NOT_TOLD };
  }
  if (last === null) return null;
  return (await stopRun(registry, last.runId, wish)) ?? idle(conversationId, null);
}

/** Stops everything of a user, also what is still on its way to its first word. */
export async function stopAllRuns(registry: Registry, userId: string): Promise<StopResult[]> {
  const active = await registry.link.stopAll(userId);
  const results = await Promise.all(
    active.map((run) => stopRun(registry, run.id, { userId, reason: 'user' })),
  );
  return results.filter((result) => result !== null);
}

function intentOf(runId: string, wish: StopWish): StopIntent {
  const { conversationId, userId, reason, seenChars } = wish;
  const by: StopRecord['by'] = userId === undefined ? 'remote' : 'user';
  return {
    runId,
    ...(conversationId === undefined ? {} : { conversationId }),
    userId: userId ?? null,
    by,
    reason: reason ?? (userId === undefined ? 'operator' : 'user'),
    ...(isCount(seenChars) ? { seenChars } : {}),
  };
}

async function answer(
  registry: Registry,
  found: FoundRun,
  intent: StopIntent,
): Promise<StopResult> {
  const { run } = found;
  const ids = { conversationId: run.conversationId, runId: run.id };
  switch (found.state) {
    case 'active':
      return stopping(run, found.settling !== true);
    case 'lost':
      return idle(run.conversationId, run.id);
    case 'settled':
      break;
  }
  const { tombstone } = found;
  const kept = {
    ...(tombstone.usage === null ? {} : { usage: tombstone.usage }),
    saved: tombstone.saved,
  };
  switch (tombstone.outcome) {
    case 'disconnected':
      // The upstream is closed and the answer is kept; all that was missing is the name.
      if (await registry.link.claim(`named:${run.id}`)) {
        registry.audit(run, {
          stoppedBy: intent.userId,
          by: intent.by,
          reason: intent.reason,
          outcome: 'disconnected',
        });
      }
      break;
    case 'stopped':
      break;
    case 'complete':
      return {
        ...ids,
        ...kept,
        abortedTurn: false,
        outcome: 'finished',
        ...(tombstone.text === null ? {} : { text: tombstone.text }),
      };
    case 'interrupted':
    case 'error':
      return { ...idle(run.conversationId, run.id), ...kept };
  }
  return {
    ...ids,
    ...kept,
    abortedTurn: true,
    outcome: 'stopped',
    ...(tombstone.receipt === null ? {} : { receipt: tombstone.receipt }),
    ...(tombstone.saved ? {} : { message: NOT_SAVED }),
  };
}

/** The answer of a stop whose run is still being kept, or has not said yet how it ended. */
function stopping({ conversationId, id }: RunInfo, abortedTurn: boolean): StopResult {
  return { conversationId, runId: id, abortedTurn, outcome: 'stopping' };
}

/** The answer of a stop whose run nobody has seen yet. */
export function remembered(
  { conversationId }: Pick<StopWish, 'conversationId'>,
  runId: string,
): StopResult {
  return {
    conversationId: conversationId ?? null,
    runId,
    abortedTurn: false,
    outcome: 'remembered',
  };
}

/** The answer of a stop where nothing ran. */
export function idle(conversationId: string | null, runId: string | null): StopResult {
  return { conversationId, runId, abortedTurn: false, outcome: 'idle' };
}
