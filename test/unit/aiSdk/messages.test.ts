import { convertToModelMessages, type UIMessage, validateUIMessages } from 'ai';
import { settleMessages, snapshotFromMessage } from 'stopkit/ai-sdk';
import { withAnswer } from 'stopkit/ai-sdk/server';
import type { Part } from 'stopkit/core';
import type { RunSettled } from 'stopkit/server';
import { describe, expect, test } from 'vitest';

const ask = (id: string, text = 'And?'): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
});
const answer = (id: string, ...parts: UIMessage['parts']): UIMessage => ({
  id,
  role: 'assistant',
  parts,
});
const call = (state: 'input-streaming' | 'input-available') =>
  ({ type: 'tool-search', toolCallId: 'c1', state, input: { q: 'wind' } }) as const;

const run = (more: Partial<RunSettled>): RunSettled => ({
  id: 'run-00001',
  userId: 'ada',
  conversationId: 'chat-1',
  agent: null,
  startedAt: 1,
  messageId: 'm2',
  text: '',
  parts: [],
  outcome: 'stopped',
  reason: 'user',
  by: 'user',
  seenChars: 4,
  usage: { outputTokens: 3, estimated: true },
  error: null,
  durationMs: 5,
  ...more,
});
const tool = (more: Partial<Extract<Part, { type: 'tool-call' }>>): Part => ({
  type: 'tool-call',
  id: 'c1',
  name: 'search',
  arguments: '{"q":"wind"}',
  state: 'cancelled',
  started: true,
  ...more,
});

describe('the messages of the next turn', () => {
  test('rule 9: a call that was left without a result is told as cancelled', async () => {
    const messages = [ask('m1'), answer('m2', call('input-available')), ask('m3')];
    const roles = async (from: UIMessage[]): Promise<string[]> =>
      (await convertToModelMessages(from)).map(({ role }) => role);
    expect(await roles(messages)).toEqual(['user', 'assistant', 'user']);
    expect(await roles(settleMessages(messages))).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  test('rule 9: a call whose arguments were cut is left out', () => {
    const messages = [answer('m2', call('input-streaming')), ask('m3')];
    expect(settleMessages(messages)[0]?.parts).toEqual([]);
  });

  test('a call of the last message waits for the page', () => {
    const messages = [ask('m1'), answer('m2', call('input-available'))];
    expect(settleMessages(messages)).toEqual(messages);
  });

  test('rule 9: a call of the last message is closed when its answer was stopped', () => {
    const stopped = {
      ...answer('m2', call('input-available')),
      metadata: { stopkit: { runId: 'run-00001', stop: { reason: 'user', by: 'user' } } },
    };
    expect(settleMessages([stopped])[0]?.parts[0]).toMatchObject({ state: 'output-error' });
  });

  test.each([
    ['has not answered', 'approval-requested', undefined, 'output-error'],
    ['has allowed', 'approval-responded', true, 'output-error'],
    ['has denied', 'approval-responded', false, 'output-denied'],
  ])(
    'rule 9: a call about which the person was asked, and %s, is closed as the SDK takes it',
    async (_, state, approved, closed) => {
      const approval = { id: 'a1', ...(approved === undefined ? {} : { approved }) };
      // The SDK's own type has one shape for each state.
      const part = { ...call('input-available'), state, approval } as UIMessage['parts'][number];
      const settled = settleMessages([ask('m1'), answer('m2', part), ask('m3')]);
      expect(settled[1]?.parts).toMatchObject([{ state: closed }]);
      const messages = await validateUIMessages({ messages: JSON.parse(JSON.stringify(settled)) });
      const told = JSON.stringify(await convertToModelMessages(messages));
      expect(told.split('"tool-result"')).toHaveLength(2);
    },
  );

  test('D6: what was stopped refers to nothing that its provider has not kept, and is told in full', () => {
    const item = (itemId: string) => ({ openai: { itemId, other: 1 } });
    const written = answer(
      'm2',
      { type: 'reasoning', text: 'Hm.', providerMetadata: item('rs_1') },
      { ...call('input-available'), callProviderMetadata: item('fc_1') },
      { type: 'text', text: 'Half an', providerMetadata: item('msg_1') },
    );
    const stop = { reason: 'user', by: 'user' } as const;
    const stopped = { ...written, metadata: { stopkit: { runId: 'run-00001', stop } } };
    const [told] = settleMessages([stopped, ask('m3')]);
    expect(told?.parts).toMatchObject([
      { text: 'Hm.', providerMetadata: { openai: { other: 1 } } },
      { input: { q: 'wind' }, callProviderMetadata: { openai: { other: 1 } } },
      { text: 'Half an', providerMetadata: { openai: { other: 1 } } },
    ]);
    expect(JSON.stringify(told)).not.toContain('itemId');
    // Of a whole answer everything is kept.
    expect(JSON.stringify(settleMessages([written, ask('m3')]))).toContain('msg_1');
  });

  test('what needs nothing is the same message', () => {
    const message = answer('m2', { type: 'text', text: 'Done.' });
    expect(settleMessages([message, ask('m3')])[0]).toBe(message);
  });
});

describe('what is stored of a run', () => {
  test('rule 6: it is a message the SDK takes, stopped with its reason after a reload', async () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'Hm.', open: false },
      { type: 'text', text: 'Let me look. ' },
      tool({ state: 'done', result: 'A storm.' }),
      { type: 'text', text: 'A st' },
    ];
    const stored = withAnswer([ask('m1')], run({ parts, reason: 'wrong-topic' }));
    const messages = await validateUIMessages({ messages: JSON.parse(JSON.stringify(stored)) });
    expect(snapshotFromMessage(messages[1] ?? ask(''))).toMatchObject({
      status: 'stopped',
      runId: 'run-00001',
      text: 'Let me look. A st',
      usage: { estimated: true },
      stopRecord: { reason: 'wrong-topic', by: 'user', confirmation: 'confirmed' },
    });
    const roles = (await convertToModelMessages(messages)).map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  test('rule 9: a tool that was cut off is cancelled, and one that never was called is not there', () => {
    const parts = [tool({}), tool({ id: 'c2', arguments: '{"q":' })];
    const [, stored] = withAnswer([ask('m1')], run({ parts }));
    expect(stored?.parts).toMatchObject([{ toolCallId: 'c1', state: 'output-error' }]);
    expect(snapshotFromMessage(stored ?? ask('')).parts).toMatchObject([{ state: 'cancelled' }]);
  });

  test.each([
    ['of which nobody said that it ran', {}, false],
    ['that had told a part of its result', { preliminary: true, output: '1 of 2' }, true],
    ['that the provider itself runs', { providerExecuted: true }, true],
  ])('rule 3: a call %s says the same before and after it is stored', async (_, more, started) => {
    const state = 'output' in more ? 'output-available' : 'input-available';
    // The SDK's own type has one shape for each state.
    const part = { ...call('input-available'), ...more, state } as UIMessage['parts'][number];
    const stop = { reason: 'user', by: 'user' };
    const shown = { ...answer('m2', part), metadata: { stopkit: { runId: 'run-00001', stop } } };
    const [stored] = await validateUIMessages({
      messages: JSON.parse(JSON.stringify(settleMessages([shown]))),
    });
    for (const message of [shown, stored ?? ask('')]) {
      expect(snapshotFromMessage(message).parts).toMatchObject([{ state: 'cancelled', started }]);
    }
    const [, saved] = withAnswer([ask('m1')], run({ parts: [tool({ started })] }));
    expect(snapshotFromMessage(saved ?? ask('')).parts).toMatchObject([{ started }]);
  });

  test('D3: of a call that was cut the SDK guesses the arguments, and none of them is shown', () => {
    const stop = { reason: 'user', by: 'user' };
    const message = answer('m2', call('input-streaming'));
    const shown = { ...message, metadata: { stopkit: { runId: 'run-00001', stop } } };
    expect(snapshotFromMessage(shown).parts).toMatchObject([
      { state: 'cancelled', started: false, arguments: '' },
    ]);
  });

  test('a failed answer is a failed one after a reload, and what goes on after it is not', () => {
    const text = (said: string): Part[] => [{ type: 'text', text: said }];
    const failed = run({ parts: text('Half'), outcome: 'error', by: null, error: 'It broke.' });
    const [, stored] = withAnswer([ask('m1')], failed);
    const shown = snapshotFromMessage(JSON.parse(JSON.stringify(stored)) as UIMessage);
    expect(shown).toMatchObject({ status: 'error', text: 'Half', error: { message: 'It broke.' } });
    const more = run({ id: 'run-00002', parts: text(' more'), outcome: 'complete', by: null });
    const [, whole] = withAnswer([ask('m1'), stored ?? ask('')], more);
    expect(snapshotFromMessage(whole ?? ask(''))).toMatchObject({
      status: 'complete',
      text: 'Half more',
      error: null,
    });
  });

  test.each(['interrupted', 'disconnected'] as const)(
    'an answer that was cut off because it was %s is lost after a reload, and nobody stopped it',
    (outcome) => {
      const parts: Part[] = [{ type: 'text', text: 'Half' }];
      const [, stored] = withAnswer(
        [ask('m1')],
        run({ parts, outcome, by: null, reason: null, seenChars: null }),
      );
      const shown = snapshotFromMessage(JSON.parse(JSON.stringify(stored)) as UIMessage);
      expect(shown).toMatchObject({
        status: 'error',
        text: 'Half',
        stopRecord: null,
        error: { code: 'interrupted', message: 'The connection was lost.' },
      });
    },
  );

  test('an answer that a limit stopped says which limit, after a reload too', () => {
    const parts: Part[] = [{ type: 'text', text: 'Half' }];
    const byLimit = run({ parts, by: 'auto', reason: 'total-time', limit: 30_000 });
    const [, stored] = withAnswer([ask('m1')], byLimit);
    expect(snapshotFromMessage(stored ?? ask(''))).toMatchObject({
      status: 'stopped',
      stopRecord: { reason: 'total-time', limit: 30_000 },
    });
  });

  test('a whole answer has no mark, and its tool of the page waits', () => {
    const [, stored] = withAnswer(
      [ask('m1')],
      run({
        parts: [tool({ started: false })],
        outcome: 'complete',
        by: null,
        reason: 'tool-calls',
      }),
    );
    expect(stored?.parts).toMatchObject([{ state: 'input-available' }]);
    expect(snapshotFromMessage(stored ?? ask('')).status).toBe('complete');
  });

  test('rule 8: storing a run twice is one message, and a run that goes on adds to it', () => {
    const text = (said: string): Part[] => [{ type: 'text', text: said }];
    const once = withAnswer([ask('m1')], run({ parts: text('One.') }));
    expect(withAnswer(once, run({ parts: text('One.') }))).toHaveLength(2);
    const more = withAnswer(once, run({ id: 'run-00002', parts: text('Two.') }));
    expect(more).toHaveLength(2);
    expect(snapshotFromMessage(more[1] ?? ask('')).text).toBe('One.Two.');
  });

  test('a run that said nothing leaves no empty message', () => {
    expect(withAnswer([ask('m1')], run({}))).toHaveLength(1);
  });
});

test('an answer with citations is one paragraph, also once it is an earlier message', () => {
  const words = ['According to the paper, ', 'the wind is strong', ' today.'];
  const message = answer('m2', ...words.map((text) => ({ type: 'text', text }) as const));
  expect(snapshotFromMessage(message).parts).toMatchObject([
    { type: 'text', text: 'According to the paper, the wind is strong today.' },
  ]);
});
