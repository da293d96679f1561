import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { GenerationError, type StopAnswer, type StreamEvent } from '../../../src/core/index.js';
import { expectedOf, type Row, ROWS, type Said } from './answerTable.js';
import { invariants, type RunFacts } from './invariants.js';
import { type Channel, createWorld, type World, type WorldOptions } from './world.js';
import { LONG } from '../../tier.js';

const SCHEDULES = Number(process.env.STOPKIT_SCHEDULES ?? (LONG ? 10_000 : 1_000));

const WORDS = ['a', 'b ', 'word ', '日本', '😀', 'the quick brown fox '] as const;

/** Things a model says besides words. */
const PHRASES: readonly (readonly StreamEvent[])[] = [
  [{ type: 'start', messageId: 'm1' }],
  [{ type: 'reasoning', delta: 'Hmm. ' }],
  [{ type: 'reasoning', delta: 'Hmm. ' }, { type: 'reasoning-end' }],
  [{ type: 'usage', usage: { outputTokens: 9 } }],
  [{ type: 'tool-call', id: 'cut', name: 'search', arguments: '{"q"' }],
  [{ type: 'tool-arguments', id: 'cut', delta: ':"et' }],
  [
    { type: 'tool-call', id: 'whole', name: 'search', arguments: '{"q":1}' },
    { type: 'tool-ready', id: 'whole' },
  ],
  [{ type: 'tool-running', id: 'whole' }],
  [{ type: 'tool-result', id: 'whole', result: 'found' }],
  [],
];

type Outcome = StopAnswer['outcome'] | 'finished-rest' | 'no outcome' | 'network';
const OUTCOMES: readonly Outcome[] = [
  'stopped',
  'stopping',
  'remembered',
  'finished',
  // Twice, because a text that does not begin with ours needs text on the screen to differ from.
  'finished',
  'finished-rest',
  'idle',
  'refused',
  'no outcome',
  'network',
];

type Plain =
  | 'start'
  | 'regenerate'
  | 'continue'
  | 'attach'
  | 'frame'
  | 'hold'
  | 'release'
  | 'stop'
  | 'retry'
  | 'reset'
  | 'dispose';

type Command =
  | { do: Plain }
  | { do: 'say'; to: number; word: (typeof WORDS)[number]; asChunk: boolean }
  | { do: 'phrase'; to: number; phrase: number }
  | { do: 'replay'; to: number; half: boolean }
  | {
      do: 'finish';
      to: number;
      how: 'done' | 'stopped' | 'interrupted' | 'error' | 'end' | 'throw';
    }
  | { do: 'answer'; which: number; outcome: Outcome }
  | { do: 'hear'; run: number; outcome: Exclude<Outcome, 'no outcome' | 'network'> }
  | { do: 'elsewhere' | 'settle'; run: number }
  | { do: 'wait'; ms: number };

const anyRun = fc.nat({ max: 3 });
// Mostly the newest: the old ones are there for late words.
const toNewest = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, anyRun);
const plain = (...names: Plain[]): fc.Arbitrary<Command> =>
  fc.constantFrom(...names).map((name) => ({ do: name }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: plain('start') },
  { weight: 3, arbitrary: plain('regenerate', 'continue', 'attach') },
  { weight: 8, arbitrary: plain('stop') },
  { weight: 5, arbitrary: plain('frame') },
  { weight: 4, arbitrary: plain('hold', 'release', 'retry', 'dispose', 'reset', 'retry') },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      to: toNewest,
      word: fc.constantFrom(...WORDS),
      asChunk: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('phrase' as const),
      to: toNewest,
      phrase: fc.nat({ max: PHRASES.length - 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('replay' as const),
      to: toNewest,
      half: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      to: toNewest,
      how: fc.constantFrom('done', 'stopped', 'interrupted', 'error', 'end', 'throw'),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: toNewest,
      outcome: fc.constantFrom(...OUTCOMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      run: toNewest,
      outcome: fc.constantFrom('stopped', 'stopping', 'finished', 'finished-rest', 'idle'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('elsewhere' as const, 'settle' as const),
      run: toNewest,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 20, 400, 2_500, 5_000),
    }),
  },
);

const worldOptions: fc.Arbitrary<WorldOptions> = fc.record({
  asksServer: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  eventsFollow: fc.boolean(),
  recovers: fc.boolean(),
  continues: fc.constantFrom(null, 'prefill', 'instruct'),
  autoStop: fc.constantFrom(null, null, { totalMs: 9_000, idleMs: 4_000 }, { characters: 40 }),
});

const met = new Map<Row, number>(ROWS.map((row) => [row, 0]));
const meet = (row: Row): void => void met.set(row, (met.get(row) ?? 0) + 1);
let steps = 0;

/** Runs one schedule and checks every invariant after every step. */
async function play(options: WorldOptions, commands: readonly Command[]): Promise<void> {
  const world = createWorld(options);
  const { engine } = world;
  const { generation } = engine;
  const runs: RunFacts[] = [];
  /** The words each run was sent, for a replay of them. */
  const sent = new Map<string, string>();
  const ended = new Set<Channel>();
  let oldParts: unknown = null;
  let isHeld = false;
  let attached = 0;

  const runAt = (back: number): RunFacts | undefined => runs.at(-1 - back);
  const channelAt = (back: number): Channel | undefined => world.channels.at(-1 - back);

  /** Says something on a channel; only what the run can hear counts as sent. */
  function say(channel: Channel, events: readonly StreamEvent[], asChunk: boolean): void {
    const { runId } = channel.request;
    const isNewest = world.channels.findLast(({ request }) => request.runId === runId) === channel;
    if (isNewest && !ended.has(channel)) {
      for (const event of events) {
        if (event.type === 'text') sent.set(runId, (sent.get(runId) ?? '') + event.delta);
      }
    }
    const [only] = events;
    channel.say(!asChunk && only !== undefined && events.length === 1 ? only : events);
  }

  function answerOf(outcome: Outcome, text: string): Said {
    switch (outcome) {
      case 'no outcome':
      case 'network':
        return outcome;
      case 'finished-rest':
        return { outcome: 'finished', text: `${text} and the rest.` };
      case 'finished':
        return { outcome, text: 'Something else.' };
      case 'stopped':
      case 'stopping':
      case 'remembered':
      case 'idle':
      case 'refused':
        return { outcome };
    }
  }

  /** Does one step; returns the id of the run it was about, where it was about one. */
  function act(step: Command): string | null {
    switch (step.do) {
      case 'start':
        world.track(generation.start('Count.'));
        return null;
      case 'regenerate':
        world.track(generation.regenerate());
        return null;
      case 'continue':
        world.track(generation.continueAnswer());
        return null;
      case 'attach':
        attached += 1;
        world.track(engine.attach('Count.', { runId: `elsewhere-${attached}` }));
        return null;
      case 'frame':
        world.frame();
        return null;
      case 'hold':
        generation.hold?.();
        isHeld = ['connecting', 'streaming'].includes(generation.getSnapshot().status);
        return null;
      case 'release':
        isHeld = false;
        generation.release?.();
        return null;
      case 'stop':
        world.stop();
        return null;
      case 'retry':
        world.retry();
        return null;
      case 'reset':
        generation.reset();
        return null;
      case 'dispose':
        generation.dispose();
        return null;
      case 'say': {
        const channel = channelAt(step.to);
        if (channel === undefined) return null;
        say(channel, [{ type: 'text', delta: step.word }], step.asChunk);
        return channel.request.runId;
      }
      case 'phrase': {
        const channel = channelAt(step.to);
        if (channel === undefined) return null;
        channel.say(PHRASES[step.phrase] ?? []);
        return channel.request.runId;
      }
      case 'replay': {
        const channel = channelAt(step.to);
        if (channel === undefined || ended.has(channel)) return null;
        const { runId } = channel.request;
        const before = runs.find((run) => run.runId === runId);
        const base = before?.mode === 'attach' ? before.before : '';
        const whole = base + (sent.get(runId) ?? '');
        const cut = step.half ? Math.floor(whole.length / 2) : whole.length;
        channel.say([{ type: 'replay' }, { type: 'text', delta: whole.slice(0, cut) }]);
        if (step.half) channel.say({ type: 'text', delta: whole.slice(cut) });
        return runId;
      }
      case 'finish': {
        const channel = channelAt(step.to);
        if (channel === undefined) return null;
        const run = runs.find(({ runId }) => runId === channel.request.runId);
        switch (step.how) {
          case 'done':
            channel.say({ type: 'done', reason: 'length' });
            break;
          case 'stopped':
            if (run !== undefined) run.wasConfirmed = true;
            channel.say([{ type: 'done', outcome: 'stopped' }]);
            break;
          case 'interrupted':
            channel.say({ type: 'done', outcome: 'interrupted' });
            break;
          case 'error':
            channel.say({ type: 'error', error: new GenerationError('provider', 'It failed.') });
            break;
          case 'end':
            channel.end();
            break;
          case 'throw':
            channel.fail('out of tokens');
            break;
        }
        ended.add(channel);
        return channel.request.runId;
      }
      case 'answer': {
        const asked = world.asked.filter(({ isAnswered }) => !isAnswered).at(-1 - step.which);
        if (asked === undefined) return null;
        const said = answerOf(step.outcome, generation.getSnapshot().text);
        const run = runs.find(({ runId }) => runId === asked.request.runId);
        if (run !== undefined && step.outcome === 'stopped') run.wasConfirmed = true;
        if (said === 'network') asked.reject();
        // What a server without an outcome answers is not an answer by the types; it happens.
        else asked.answer(said === 'no outcome' ? ({ ok: true } as unknown as StopAnswer) : said);
        return asked.request.runId ?? null;
      }
      case 'hear': {
        const run = runAt(step.run);
        const said = answerOf(step.outcome, generation.getSnapshot().text);
        if (run === undefined || typeof said === 'string') return null;
        if (said.outcome === 'stopped') run.wasConfirmed = true;
        engine.hear(run.runId, said);
        return run.runId;
      }
      case 'elsewhere': {
        const run = runAt(step.run);
        if (run === undefined) return null;
        run.wasConfirmed = true;
        engine.stopFromElsewhere(run.runId);
        return run.runId;
      }
      case 'settle': {
        const run = runAt(step.run);
        if (run === undefined) return null;
        engine.settleStop(run.runId);
        return run.runId;
      }
      case 'wait':
        world.wait(step.ms);
        return null;
    }
  }

  async function take(step: Command): Promise<void> {
    steps += 1;
    const before = generation.getSnapshot();
    const requestsBefore = world.channels.length;
    const wasHeld = isHeld;
    const showedOld = runs.at(-1)?.showsOld ?? false;
    const question = step.do === 'answer' ? nextQuestion(world, step.which) : undefined;
    const isAbandoned =
      question !== undefined &&
      world.asked.findLast(({ request }) => request.runId === question.request.runId) !== question;
    const about = act(step);
    const sameTask = generation.getSnapshot();
    if (sameTask.runId !== before.runId) {
      isHeld = false;
      const mode = step.do === 'continue' || step.do === 'attach' ? step.do : ('start' as const);
      const showsOld = step.do === 'regenerate' && before.parts.length > 0;
      oldParts = showsOld ? sameTask.parts : null;
      if (sameTask.runId !== null) {
        runs.push({
          runId: sameTask.runId,
          mode,
          before: before.text,
          showsOld,
          frozen: null,
          wasConfirmed: false,
          startedAt: world.now(),
          askedAt: null,
        });
      }
    }
    await world.drain();
    const after = generation.getSnapshot();
    const run = runs.find(({ runId }) => runId === after.runId) ?? null;
    if (run !== null) {
      if (run.askedAt === null) {
        const isAsked = world.channels.some(({ request }) => request.runId === run.runId);
        if (isAsked) run.askedAt = world.now();
      }
      if (after.parts !== oldParts && run.frozen === null) run.showsOld = false;
      run.frozen ??= ['stopping', 'stopped'].includes(after.status) ? after.text : null;
    }
    for (const [rule, holds] of Object.entries(invariants)) {
      const step_ = {
        kind: step.do,
        about,
        before,
        sameTask,
        after,
        wasHeld,
        showedOld,
        requestsBefore,
      };
      if (!holds(step_, run, world)) {
        expect.fail(
          `${rule}\nafter ${JSON.stringify(step)}\n${JSON.stringify({ before, after }, null, 1)}`,
        );
      }
    }
    countRows(step, before, sameTask, after);
    const said = step.do === 'answer' && question !== undefined && about === before.runId;
    if (!said || (isAbandoned && step.outcome === 'network')) return;
    const answer = answerOf(step.outcome, before.text);
    if (typeof answer === 'object' && run?.mode === 'continue' && answer.text !== undefined) {
      // A server may know only the continuation: what does not begin as the whole does comes after it.
      if (!answer.text.startsWith(run.before)) answer.text = run.before + answer.text;
    }
    const expected = expectedOf(before, answer, options.eventsFollow);
    if (expected === null) return;
    meet(expected.row);
    expect(
      [after.status, after.stopRecord?.confirmation, after.text],
      `the answer table, row "${expected.row}"`,
    ).toEqual([expected.status, expected.confirmation, expected.text]);
  }

  try {
    for (const step of commands) await take(step);
    await settleAll(world, take);
  } finally {
    world.end();
  }
}

const nextQuestion = (world: World, which: number) =>
  world.asked.filter(({ isAnswered }) => !isAnswered).at(-1 - which);

function countRows(
  step: Command,
  before: ReturnType<World['engine']['generation']['getSnapshot']>,
  sameTask: typeof before,
  after: typeof before,
): void {
  if (before.runId === after.runId && before.status !== after.status) {
    if (step.do === 'stop' && sameTask.stopRecord?.confirmation === 'not-asked') meet(ROWS[0]);
    if (step.do === 'stop' && sameTask.status === 'stopping') meet(ROWS[1]);
  }
  const isTimeOut =
    step.do === 'wait' &&
    before.stopRecord?.confirmation === 'pending' &&
    after.stopRecord?.confirmation === 'unconfirmed' &&
    before.runId === after.runId;
  if (isTimeOut) meet('time-out');
}

/** In the end every run but the one that lives is settled, and every promise has kept its word. */
async function settleAll(world: World, take: (step: Command) => Promise<void>): Promise<void> {
  await take({ do: 'reset' });
  for (let round = 0; round < 3; round++) {
    await take({ do: 'wait', ms: 5_000 });
    await take({ do: 'frame' });
  }
  expect(
    world.starts.every(({ isResolved }) => isResolved),
    'every start resolves',
  ).toBe(true);
  const ids = new Set(world.channels.map(({ request }) => request.runId));
  for (const id of ids) expect(world.settled.get(id), 'every run is settled once').toHaveLength(1);
}

test(
  `rules 1 to 4, 6 to 9, 11 and 12 hold after every step of ${SCHEDULES} random schedules`,
  { timeout: 240_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        worldOptions,
        fc.array(command, { minLength: 8, maxLength: 50, size: 'max' }),
        play,
      ),
      { numRuns: SCHEDULES, includeErrorInReport: true },
    );
  },
);

test('every row of the answer table was met', () => {
  for (const [row, count] of met) expect(count, row).toBeGreaterThan(0);
});

afterAll(() => {
  const lines = [...met].map(([row, count]) => `  ${String(count).padStart(6)}  ${row}`);
  console.info(
    [`${SCHEDULES} schedules, ${steps} steps; rows of the answer table:`, ...lines].join('\n'),
  );
});
