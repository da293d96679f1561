import { describe, expect, test } from 'vitest';
import { GenerationError } from './GenerationError.js';
import type { Message } from './Message.js';
import { mergeMessages, type SeenTurn, storedQuestion, storedSnapshot } from './mergeMessages.js';
import { idleSnapshot, type Snapshot } from './Snapshot.js';
import type { StopRecord } from './StopRecord.js';

const question = (id: string, text: string): Message => storedQuestion(id, text);
const answer = (id: string, text: string): Message => ({
  id,
  role: 'assistant',
  snapshot: storedSnapshot(text),
});

const seen = (
  id: string,
  input: string | null,
  snapshot: Partial<Snapshot>,
  knownIds: readonly string[] | null = [],
): SeenTurn => ({
  id,
  input,
  knownIds: knownIds && new Set(knownIds),
  snapshot: { ...idleSnapshot, ...snapshot },
});

const live = (text: string, more: Partial<Snapshot> = {}): Partial<Snapshot> => ({
  ...storedSnapshot(text),
  status: 'streaming',
  ...more,
});

const failed: Partial<Snapshot> = {
  status: 'error',
  error: new GenerationError('network', 'The server could not be reached.'),
};

const record: StopRecord = {
  runId: 'r1',
  reason: 'user',
  by: 'user',
  at: 0,
  seenChars: 0,
  frozenMs: 0,
  answeredMs: null,
  confirmation: 'not-asked',
};
const unsent: Partial<Snapshot> = { status: 'stopped', stopRecord: { ...record, unsent: true } };

const lines = (history: readonly Message[], turns: readonly SeenTurn[]): string[] =>
  mergeMessages(history, turns).map(
    ({ role, snapshot: { text, error, stopRecord } }) =>
      `${role}: ${error?.code ?? (stopRecord === null ? text : 'stopped')}`,
  );

describe('a question that never reached the server', () => {
  test.each([
    ['failed', failed],
    ['was taken back', unsent],
  ])('and %s leaves the next one where it is', (_, first) => {
    const history = [question('q2', 'B'), answer('r2', 'Yes.')];
    const end = first === failed ? 'assistant: network' : 'assistant: stopped';
    for (const known of [[], null]) {
      const turns = [seen('r1', 'A', first, known), seen('r2', 'B', storedSnapshot('Yes.'), known)];
      expect(lines(history, turns)).toEqual(['user: A', end, 'user: B', 'assistant: Yes.']);
    }
  });

  test('stands behind what was stored before it', () => {
    const history = [question('q0', 'Before'), answer('a0', 'Yes.')];
    expect(lines(history, [seen('r1', 'A', failed, ['q0', 'a0'])])).toEqual([
      'user: Before',
      'assistant: Yes.',
      'user: A',
      'assistant: network',
    ]);
  });
});

describe('a question that may never have reached the server', () => {
  const before = [question('q0', 'Before'), answer('a0', 'Yes.')];
  const turn = seen('r1', 'A', failed, ['q0', 'a0']);
  const asked = ['user: A', 'assistant: network'];
  const old = ['user: Before', 'assistant: Yes.'];

  test('is not taken for the one that was sent from another device meanwhile', () => {
    const other = question('q1', 'From the phone');
    expect(lines([...before, other], [turn])).toEqual([...old, 'user: From the phone', ...asked]);
    expect(lines([...before, other, answer('a1', 'No.')], [turn])).toEqual([
      ...old,
      'user: From the phone',
      'assistant: No.',
      ...asked,
    ]);
  });

  test('stands there once when it was stored after all', () => {
    expect(lines([...before, question('q1', ' A\n')], [turn])).toEqual([
      ...old,
      'user:  A\n',
      'assistant: network',
    ]);
    const both = [question('q1', 'From the phone'), answer('a1', 'No.'), question('q2', 'A')];
    expect(lines([...before, ...both], [turn])).toEqual([
      ...old,
      'user: From the phone',
      'assistant: No.',
      ...asked,
    ]);
  });
});

describe('what did not change', () => {
  const kept = (persisted: 'browser' | 'backend', by: StopRecord['by']): Partial<Snapshot> => ({
    status: 'stopped',
    stopRecord: { ...record, persisted, by },
  });
  test.each([
    ['a stop that is kept elsewhere than was known', kept('browser', 'user'), 'Yes.'],
    ['a stop of another tab, which shows more', kept('browser', 'remote'), 'Yes. And'],
    ['an answer that runs, and is stored already', { status: 'streaming' }, 'Yes. And'],
  ] as const)(
    'is the same object at the next merge, so that nothing is rendered again: %s',
    (_, more, text) => {
      const turn = seen('r1', 'A', { ...storedSnapshot('Yes.'), ...more });
      const stored = answer('r1', text);
      const snapshot = { ...stored.snapshot, ...kept('backend', 'user') };
      const shown = () => mergeMessages([question('q1', 'A'), { ...stored, snapshot }], [turn])[1];
      expect(shown()?.snapshot.text).toBe(text);
      expect(shown()?.snapshot).toBe(shown()?.snapshot);
    },
  );
});

describe('the id of an answer', () => {
  const id = (history: readonly Message[], turn: SeenTurn): string | undefined =>
    mergeMessages(history, [turn]).at(-1)?.id;

  test('J5: is the same from its first word until it is stored, and after', () => {
    const begun = seen('r1', 'A', live(''), null);
    const named = seen('r1', 'A', live('Yes', { messageId: 'chatcmpl-1' }), null);
    const over = seen('r1', 'A', { ...storedSnapshot('Yes.'), messageId: 'chatcmpl-1' }, null);
    expect(id([], begun)).toBe('r1');
    expect(id([], named)).toBe('r1');
    for (const stored of ['r1', 'chatcmpl-1']) {
      expect(id([question('q1', 'A'), answer(stored, 'Yes.')], over)).toBe('r1');
    }
  });

  test('does not hide what the backend calls it', () => {
    const over = seen('r1', 'A', { ...storedSnapshot('Yes.'), messageId: 'm1' }, null);
    const history = [question('q1', 'A'), answer('m1', 'Yes.')];
    const shown = () => mergeMessages(history, [over]).at(-1)?.snapshot;
    expect(shown()?.messageId).toBe('m1');
    expect(shown()).toBe(shown());
  });

  test('is one, when the same answer was seen twice under two names', () => {
    const sent = seen('r1', 'A', live('Yes', { messageId: 't1' }), null);
    const joined = seen('t1', null, live('Yes.', { messageId: 't1' }), null);
    expect(lines([], [sent, joined])).toEqual(['user: A', 'assistant: Yes.']);
  });

  test('of two answers is two, though their provider gave both the same', () => {
    const name = { messageId: 'chatcmpl-1' };
    const turns = [
      seen('r1', 'A', { ...storedSnapshot('Yes.'), ...name }),
      seen('r2', 'B', live('No', name), ['q1', 'r1']),
    ];
    const first = [question('q1', 'A'), answer('r1', 'Yes.')];
    for (const history of [first, [...first, question('q2', 'B')]]) {
      expect(mergeMessages(history, turns).map(({ id }) => id)).toEqual([
        'q1',
        'r1',
        expect.any(String),
        'r2',
      ]);
      expect(lines(history, turns).at(-1)).toBe('assistant: No');
    }
  });
});
