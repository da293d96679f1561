import { toMessages, type Snapshot, type Status } from '../../../src/core/index.js';
import { CONFIRM_WITHIN_MS, type World } from './world.js';

/** What is remembered of a run, besides what the engine shows. */
export interface RunFacts {
  runId: string;
  mode: 'start' | 'continue' | 'attach';
  /** What was on the screen when the run began, where it may stay there for a while. */
  before: string;
  /** True while a regenerated answer still shows the old one. */
  showsOld: boolean;
  /** What this run has shown of its own. */
  frozen: string | null;
  /** The server, or somebody who knows, said that the run was stopped. */
  wasConfirmed: boolean;
  startedAt: number;
  /** The source was asked; budgets count from here. */
  askedAt: number | null;
}

/** One step, as the invariants see it. */
export interface Step {
  /** What happened. */
  kind: string;
  /** The run that it was about, if any. */
  about: string | null;
  before: Snapshot;
  /** In the same task, before any promise went on. */
  sameTask: Snapshot;
  after: Snapshot;
  wasHeld: boolean;
  /** Before the step the screen showed the answer that is being regenerated. */
  showedOld: boolean;
  requestsBefore: number;
}

const isActive = (status: Status): boolean =>
  status === 'connecting' || status === 'streaming' || status === 'stopping';
const isFrozen = (status: Status): boolean => status === 'stopping' || status === 'stopped';
const PERSON_STARTS = new Set(['start', 'regenerate', 'continue', 'attach']);

/** What may follow what within one run; everything else brings something back to life. */
const MAY_FOLLOW: Record<Status, readonly Status[]> = {
  idle: [],
  connecting: ['streaming', 'stopping', 'stopped', 'complete', 'error'],
  streaming: ['stopping', 'stopped', 'complete', 'error'],
  stopping: ['stopped', 'complete'],
  stopped: ['complete'],
  complete: [],
  error: ['complete'],
};

type Invariant = (step: Step, run: RunFacts | null, world: World) => boolean;

/** What must hold after every step, by the number of its rule. */
export const invariants: Record<string, Invariant> = {
  'rule 1: a press freezes what is on the screen in the same task': ({ kind, before, sameTask }) =>
    kind !== 'stop' ||
    !isActive(before.status) ||
    (sameTask.text === before.text && isFrozen(sameTask.status)),

  'rule 1: a frozen text stays as it is until the one amendment': ({ after }, run) =>
    run === null || run.frozen === null || !isFrozen(after.status) || after.text === run.frozen,

  'rule 1: nothing is shown while a press holds the text still': ({
    wasHeld,
    kind,
    before,
    after,
  }) =>
    !wasHeld ||
    PERSON_STARTS.has(kind) ||
    kind === 'release' ||
    kind === 'reset' ||
    after.runId !== before.runId ||
    after.status !== before.status ||
    after.text === before.text,

  'rule 2: every stop settles in time': (_step, _run, world) =>
    world.stopCalls.every(
      ({ at, isResolved }) => isResolved || world.now() - at < CONFIRM_WITHIN_MS,
    ),

  'rule 2: with nobody to ask a stop settles at once': (_step, _run, world) =>
    world.options.asksServer || world.stopCalls.every(({ isResolved }) => isResolved),

  'rule 2: a budget that is used up stops the run': ({ after }, run, world) => {
    const totalMs = world.options.autoStop?.totalMs;
    // The budgets are for what was asked for here.
    if (totalMs === undefined || run?.askedAt == null || run.mode === 'attach') return true;
    return (
      world.now() - run.askedAt < totalMs || !['connecting', 'streaming'].includes(after.status)
    );
  },

  'rule 3: "confirmed" is shown only when somebody confirmed it': ({ after }, run) =>
    after.stopRecord?.confirmation !== 'confirmed' || run === null || run.wasConfirmed,

  'rule 3: "not asked" is shown only when nobody was asked': ({ after }, _run, world) =>
    after.stopRecord?.confirmation !== 'not-asked' ||
    !world.asked.some(({ request }) => request.runId === after.runId),

  'rule 3: a stopped answer says how it was stopped': ({ after }) =>
    !isFrozen(after.status) ||
    (after.stopRecord !== null && after.stopRecord.runId === after.runId),

  'rule 3: "stopping" waits for somebody': ({ after }) =>
    after.status !== 'stopping' ||
    after.stopRecord?.confirmation === 'pending' ||
    after.stopRecord?.confirmation === 'accepted',

  'rule 4: what is shown is the newest run': ({ after }, run) =>
    after.runId === null || run === null || after.runId === run.runId,

  'rule 4: a word about another run changes nothing': ({ about, before, after }) =>
    about === null || about === before.runId || before === after,

  'rule 6: within a run, shown text only grows': ({ before, after, showedOld }) =>
    before.runId !== after.runId || showedOld || after.text.startsWith(before.text),

  'rule 7: the server is told what was seen': ({ after }, run, world) => {
    const record = after.stopRecord;
    if (record === null || run === null) return true;
    const told = world.asked.filter(({ request }) => request.runId === record.runId);
    return told.every(({ request }) => request.seenChars === record.seenChars);
  },

  'rule 7: what was seen is what was shown of this run': ({ after }, run, world) => {
    const record = after.stopRecord;
    if (record === null || run === null || run.frozen === null) return true;
    if (run.mode === 'continue' && world.options.continues === 'instruct') {
      // The echo that was taken off was sent and counts; only a lower bound can be told from here.
      return record.seenChars >= run.frozen.length - run.before.length;
    }
    if (run.mode === 'continue') return record.seenChars === run.frozen.length - run.before.length;
    return record.seenChars === (run.showsOld ? 0 : run.frozen.length);
  },

  'rule 8: nothing that ended comes back to life': ({ before, after }) =>
    before.runId !== after.runId ||
    before.status === after.status ||
    MAY_FOLLOW[before.status].includes(after.status),

  'rule 8: a run is settled exactly once, when it is over': ({ after }, _run, world) =>
    [...world.settled.values()].every((calls) => calls.length === 1) &&
    (after.runId === null ||
      (world.settled.get(after.runId)?.length ?? 0) === (isActive(after.status) ? 0 : 1)),

  'rule 9: a stop or a failure leaves nothing open': ({ after }) =>
    !['stopping', 'stopped', 'error'].includes(after.status) ||
    after.parts.every(
      (part) =>
        (part.type !== 'reasoning' || !part.open) &&
        (part.type !== 'tool-call' ||
          part.state === 'done' ||
          part.state === 'failed' ||
          (part.state === 'cancelled' && part.result !== undefined)),
    ),

  'rule 9: the next turn can be sent': ({ after }) => isSendable(after),

  'rule 9: the text is the text of its parts': ({ after }) =>
    after.text === after.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),

  'rule 11: after a stop nothing is asked until the person acts': (
    { kind, before, requestsBefore },
    _run,
    world,
  ) =>
    PERSON_STARTS.has(kind) || !isFrozen(before.status) || world.channels.length === requestsBefore,

  'rule 12: nothing is rejected': (_step, _run, world) => world.problems.length === 0,
};

/** Whether a strict model server would take the answer and a next question. */
function isSendable(answer: Snapshot): boolean {
  const messages = toMessages([
    { role: 'user', text: 'One?' },
    answer,
    { role: 'user', text: 'Two?' },
  ]);
  return messages.every((message, index) => {
    const next = messages[index + 1];
    if (message.role === next?.role) return false;
    if (message.role === 'tool') return true;
    if (message.role !== 'assistant') return message.text.trim() !== '';
    if (message.toolCalls.length === 0) return message.text.trim() !== '';
    const results = next?.role === 'tool' ? next.results : [];
    return message.toolCalls.every(
      ({ id, arguments: text }) =>
        results.some(({ toolCallId }) => toolCallId === id) && JSON.parse(text) !== undefined,
    );
  });
}
