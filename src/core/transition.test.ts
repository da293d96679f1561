import { describe, expect, test } from 'vitest';
import { GenerationError } from './GenerationError.js';
import { idleSnapshot, type Snapshot } from './Snapshot.js';
import type { Confirmation, StopRecord } from './StopRecord.js';
import { toMessages } from './toMessages.js';
import { type GenerationEvent, type StopVerdict, transition } from './transition.js';

const AT = 1_000;
const text = (delta: string): GenerationEvent => ({
  type: 'content',
  events: [{ type: 'text', delta }],
  at: AT,
});
const begin: GenerationEvent = { type: 'begin', runId: 'run-1', keeps: false };
const finish: GenerationEvent = { type: 'finish', reason: 'stop', at: AT };
const fail = (code: 'provider' | 'interrupted' = 'provider'): GenerationEvent => ({
  type: 'fail',
  error: new GenerationError(code, 'It failed.'),
  at: AT,
});
const stop = (confirmation: Confirmation): GenerationEvent => ({
  type: 'stop',
  record: {
    runId: 'run-1',
    reason: 'user',
    by: 'user',
    at: AT,
    seenChars: 4,
    frozenMs: 0,
    answeredMs: null,
    confirmation,
  } satisfies StopRecord,
});
const verdict = (said: StopVerdict, more: { runId?: string; waits?: boolean } = {}) =>
  ({
    type: 'verdict',
    runId: 'run-1',
    verdict: said,
    answeredMs: 7,
    waits: false,
    ...more,
  }) satisfies GenerationEvent;

const after = (...events: GenerationEvent[]): Snapshot => events.reduce(transition, idleSnapshot);
const stopping = after(begin, text('One '), stop('pending'));
const stopped = (confirmation: Confirmation): Snapshot => ({
  ...stopping,
  status: 'stopped',
  stopRecord: stopping.stopRecord && { ...stopping.stopRecord, confirmation },
});

/** What a person would read off: the status, what is known of the server, and the text. */
const told = ({ status, stopRecord, text: shown }: Snapshot) =>
  [status, stopRecord?.confirmation ?? null, shown] as const;

describe('what the answer to a stop does', () => {
  test('nobody to ask: stopped at once, and it says so', () => {
    expect(told(after(begin, text('One '), stop('not-asked')))).toEqual([
      'stopped',
      'not-asked',
      'One ',
    ]);
  });

  test('while the server is asked the run is stopping and its text is frozen', () => {
    expect(told(stopping)).toEqual(['stopping', 'pending', 'One ']);
    expect(transition(stopping, text('two'))).toBe(stopping);
  });

  test('"stopped" confirms the stop', () => {
    const next = transition(stopping, verdict({ outcome: 'stopped' }));
    expect(told(next)).toEqual(['stopped', 'confirmed', 'One ']);
    expect(next.stopRecord?.answeredMs).toBe(7);
  });

  test.each(['stopping', 'remembered'] as const)(
    '"%s" is accepted: still stopping while events can say more, else stopped',
    (outcome) => {
      expect(told(transition(stopping, verdict({ outcome }, { waits: true })))).toEqual([
        'stopping',
        'accepted',
        'One ',
      ]);
      expect(told(transition(stopping, verdict({ outcome })))).toEqual([
        'stopped',
        'accepted',
        'One ',
      ]);
    },
  );

  test('an accepted stop is stopped when no event can say more', () => {
    const accepted = transition(stopping, verdict({ outcome: 'stopping' }, { waits: true }));
    expect(told(transition(accepted, { type: 'settle', runId: 'run-1' }))).toEqual([
      'stopped',
      'accepted',
      'One ',
    ]);
    expect(transition(accepted, { type: 'settle', runId: 'run-2' })).toBe(accepted);
  });

  test('"finished" with a text that begins with ours is complete, with the server\'s text', () => {
    const next = transition(stopping, verdict({ outcome: 'finished', text: 'One two.' }));
    expect(told(next)).toEqual(['complete', 'already-finished', 'One two.']);
    expect(next.parts).toEqual([{ type: 'text', text: 'One two.' }]);
  });

  test.each([{ text: 'Other.' }, { text: 'One' }, {}])(
    '"finished" with %o leaves the text frozen and says that it had already finished',
    (answer) => {
      const next = transition(stopping, verdict({ outcome: 'finished', ...answer }));
      expect(told(next)).toEqual(['stopped', 'already-finished', 'One ']);
    },
  );

  test('"idle" leaves the text frozen and says that it had already finished', () => {
    const next = transition(stopping, verdict({ outcome: 'idle' }));
    expect(told(next)).toEqual(['stopped', 'already-finished', 'One ']);
  });

  test('"refused" is told with the sentence of the server', () => {
    const message = 'Not your conversation.';
    const error = new GenerationError('http', message, { status: 403 });
    const next = transition(stopping, verdict({ outcome: 'refused', message, error }));
    expect(told(next)).toEqual(['stopped', 'refused', 'One ']);
    expect(next.stopRecord).toMatchObject({ message, error });
  });

  test('why one question was refused is not told of the next', () => {
    const error = new GenerationError('unauthorized', 'Please sign in again.', { status: 401 });
    const first = verdict({ outcome: 'refused', message: error.message, error });
    const again = transition(transition(stopping, first), { type: 'retry-stop' });
    const { stopRecord } = transition(
      again,
      verdict({ outcome: 'refused', message: 'Not yours.' }),
    );
    expect(stopRecord).toMatchObject({ confirmation: 'refused', message: 'Not yours.' });
    expect(stopRecord?.error).toBeUndefined();
    const confirmed = transition(again, verdict({ outcome: 'stopped' })).stopRecord;
    expect(confirmed).toMatchObject({ confirmation: 'confirmed', message: undefined });
  });

  test('A11: no answer is told as unconfirmed, never as a bare stop', () => {
    const next = transition(stopping, verdict({ outcome: 'unconfirmed' }));
    expect(told(next)).toEqual(['stopped', 'unconfirmed', 'One ']);
  });

  test.each(['unconfirmed', 'accepted', 'refused'] as const)(
    'a late word amends a stop that was %s',
    (known) => {
      expect(told(transition(stopped(known), verdict({ outcome: 'stopped' })))).toEqual([
        'stopped',
        'confirmed',
        'One ',
      ]);
      const late = verdict({ outcome: 'finished', text: 'One two.' });
      expect(told(transition(stopped(known), late))).toEqual([
        'complete',
        'already-finished',
        'One two.',
      ]);
    },
  );

  test('a late "stopping" does not make a stopped run active again', () => {
    const late = verdict({ outcome: 'stopping' }, { waits: true });
    expect(told(transition(stopped('unconfirmed'), late))).toEqual(['stopped', 'accepted', 'One ']);
  });

  test('"Show the rest" extends an answer that had already finished', () => {
    const late = verdict({ outcome: 'finished', text: 'One two.' });
    expect(transition(stopped('already-finished'), late).status).toBe('complete');
  });
});

describe('what no later word can change', () => {
  test('rule 8: a confirmed stop stays as it is', () => {
    const confirmed = stopped('confirmed');
    for (const said of [
      { outcome: 'finished', text: 'One two.' },
      { outcome: 'idle' },
      { outcome: 'refused' },
      { outcome: 'unconfirmed' },
    ] as const) {
      expect(transition(confirmed, verdict(said))).toBe(confirmed);
    }
  });

  test('a failure to answer takes nothing back', () => {
    const accepted = stopped('accepted');
    expect(transition(accepted, verdict({ outcome: 'unconfirmed' }))).toBe(accepted);
  });

  test('rule 4: a verdict about another run changes nothing', () => {
    const said = verdict({ outcome: 'stopped' }, { runId: 'run-2' });
    expect(transition(stopping, said)).toBe(stopping);
  });

  test('rule 8: nothing follows the first end', () => {
    const ends = [
      after(begin, text('One '), finish),
      after(begin, text('One '), fail()),
      stopped('not-asked'),
      stopped('confirmed'),
    ];
    for (const end of ends) {
      for (const late of [text('late'), finish, fail(), stop('pending'), stop('not-asked')]) {
        expect(transition(end, late)).toBe(end);
      }
    }
  });

  test('B17: a verdict does not touch a run that completed', () => {
    const complete = after(begin, text('One '), finish);
    expect(transition(complete, verdict({ outcome: 'stopped' }))).toBe(complete);
  });

  test('B8: an error after the stop leaves it a stop', () => {
    expect(transition(stopping, fail())).toBe(stopping);
  });

  test('a run that lives is not begun again', () => {
    const streaming = after(begin, text('One '));
    expect(transition(streaming, begin)).toBe(streaming);
  });

  test('an idle generation hears nothing but a beginning', () => {
    const words = [
      text('One'),
      finish,
      fail(),
      stop('pending'),
      verdict({ outcome: 'stopped' }),
      { type: 'settle', runId: 'run-1' },
      { type: 'retry-stop' },
      { type: 'amend', told: { persisted: 'browser' } },
    ] satisfies GenerationEvent[];
    for (const said of words) expect(transition(idleSnapshot, said)).toBe(idleSnapshot);
  });
});

describe('asking again', () => {
  test.each(['unconfirmed', 'accepted', 'refused'] as const)(
    'after %s the server may be asked again, and the run does not come back',
    (known) => {
      expect(told(transition(stopped(known), { type: 'retry-stop' }))).toEqual([
        'stopped',
        'pending',
        'One ',
      ]);
    },
  );

  test.each(['confirmed', 'already-finished', 'not-asked', 'pending'] as const)(
    'after %s there is nothing to ask again',
    (known) => {
      const settled = stopped(known);
      expect(transition(settled, { type: 'retry-stop' })).toBe(settled);
    },
  );
});

describe('an answer', () => {
  test('is connecting until its first word; ids, figures, ends and empty words are none', () => {
    const heard = after(begin, {
      type: 'content',
      events: [
        { type: 'start', messageId: 'm1' },
        { type: 'usage', usage: { inputTokens: 3 } },
        { type: 'reasoning-end' },
        { type: 'reasoning', delta: '' },
        { type: 'text', delta: '' },
      ],
      at: AT,
    });
    expect(heard).toMatchObject({ status: 'connecting', messageId: 'm1' });
    expect(transition(heard, text('One ')).status).toBe('streaming');
  });

  test('B14: that was interrupted may be amended by the history, if it begins the same way', () => {
    const cut = after(begin, text('One '), fail('interrupted'));
    const whole = transition(cut, verdict({ outcome: 'finished', text: 'One two.' }));
    expect(whole).toMatchObject({ status: 'complete', text: 'One two.', error: null });
    expect(transition(cut, verdict({ outcome: 'finished', text: 'Two.' }))).toBe(cut);
    const failed = after(begin, text('One '), fail());
    expect(transition(failed, verdict({ outcome: 'finished', text: 'One two.' }))).toBe(failed);
  });

  test('C9: leaves nothing open at the stop', () => {
    const busy = after(begin, {
      type: 'content',
      events: [
        { type: 'tool-call', id: 'a', name: 'search', arguments: '{"q"' },
        { type: 'tool-call', id: 'b', name: 'search' },
        { type: 'tool-ready', id: 'b' },
        { type: 'tool-running', id: 'b' },
        { type: 'reasoning', delta: 'Hmm' },
      ],
      at: AT,
    });
    for (const end of [stop('pending'), fail()]) {
      expect(transition(busy, end).parts).toMatchObject([
        { id: 'a', state: 'cancelled', started: false, result: { cancelled: true } },
        { id: 'b', state: 'cancelled', started: true, result: { cancelled: true } },
        { type: 'reasoning', text: 'Hmm', open: false },
      ]);
    }
  });

  test('leaves no tool running when it is complete, and no call that was cut: only what waits for the app', () => {
    const busy = after(begin, {
      type: 'content',
      events: [
        { type: 'tool-call', id: 'theirs', name: 'web_search', arguments: '{"q":"x"}' },
        { type: 'tool-running', id: 'theirs' },
        { type: 'tool-call', id: 'cut', name: 'search', arguments: '{"q":"A' },
        { type: 'tool-call', id: 'whole', name: 'search', arguments: '{"q":"A"}' },
        { type: 'tool-call', id: 'ours', name: 'confirm', arguments: '{}' },
        { type: 'tool-ready', id: 'ours' },
        { type: 'tool-call', id: 'done', name: 'search', arguments: '{}' },
        { type: 'tool-result', id: 'done', result: 1 },
        { type: 'reasoning', delta: 'Hmm' },
      ],
      at: AT,
    });
    const complete = transition(busy, finish);
    expect(complete.parts).toMatchObject([
      { id: 'theirs', state: 'cancelled', started: true, result: { cancelled: true }, endedAt: AT },
      { id: 'cut', state: 'cancelled', started: false, result: { cancelled: true } },
      { id: 'whole', state: 'open' },
      { id: 'ours', state: 'ready' },
      { id: 'done', state: 'done', result: 1 },
      { type: 'reasoning', open: false },
    ]);
    const [, answer, results] = toMessages([{ role: 'user', text: 'Hi?' }, complete]);
    const called = ['theirs', 'whole', 'ours', 'done'];
    expect(answer).toMatchObject({ toolCalls: called.map((id) => ({ id })) });
    expect(results).toMatchObject({ results: called.map((toolCallId) => ({ toolCallId })) });
  });

  test('keeps where its stop is remembered', () => {
    const kept = transition(stopped('confirmed'), {
      type: 'amend',
      told: { persisted: 'browser' },
    });
    expect(kept.stopRecord?.persisted).toBe('browser');
  });
});
