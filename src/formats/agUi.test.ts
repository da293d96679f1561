import { EventEncoder } from '@ag-ui/encoder';
import { EventType } from '@ag-ui/core';
import { describe, expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { agUi } from './agUi.js';

const real = new EventEncoder();
/** The frame as AG-UI's own encoder writes it. */
const say = (type: EventType, more: object = {}): string =>
  real
    .encodeSSE({ type, ...more })
    .replace(/^data: /, '')
    .trimEnd();

describeFormat({
  create: agUi,
  wire: 'server-sent-events',
  frames: [
    say(EventType.RUN_STARTED, { threadId: 't', runId: 'r' }),
    say(EventType.STEP_STARTED, { stepName: 'think' }),
    say(EventType.REASONING_START, { messageId: 'z' }),
    say(EventType.REASONING_MESSAGE_START, { messageId: 'z', role: 'reasoning' }),
    say(EventType.REASONING_MESSAGE_CONTENT, { messageId: 'z', delta: 'Überlegen … 思考' }),
    say(EventType.REASONING_MESSAGE_END, { messageId: 'z' }),
    say(EventType.REASONING_END, { messageId: 'z' }),
    say(EventType.TEXT_MESSAGE_START, { messageId: 'm', role: 'assistant' }),
    say(EventType.TEXT_MESSAGE_CONTENT, { messageId: 'm', delta: 'Grüße, ' }),
    say(EventType.TEXT_MESSAGE_CONTENT, { messageId: 'm', delta: '世界 🌍 é' }),
    say(EventType.TEXT_MESSAGE_END, { messageId: 'm' }),
    say(EventType.TOOL_CALL_START, { toolCallId: 'a', toolCallName: 'weather' }),
    say(EventType.TOOL_CALL_ARGS, { toolCallId: 'a', delta: '{"city":"Kö' }),
    say(EventType.TOOL_CALL_ARGS, { toolCallId: 'a', delta: 'ln"}' }),
    say(EventType.TOOL_CALL_END, { toolCallId: 'a' }),
    say(EventType.TOOL_CALL_RESULT, { messageId: 'n', toolCallId: 'a', content: 'grey' }),
    say(EventType.TOOL_CALL_CHUNK, { toolCallId: 'b', toolCallName: 'now', delta: '{"a"' }),
    say(EventType.TOOL_CALL_CHUNK, { delta: ':1}' }),
    say(EventType.RUN_FINISHED, {
      threadId: 't',
      runId: 'r',
      usage: [{ inputTokens: 5, outputTokens: 6 }, { inputTokens: 1 }],
    }),
  ],
  wholeAfter: 19,
  answer: {
    messageId: 'm',
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city":"Köln"}', state: 'done', result: 'grey' },
      { name: 'now', arguments: '{"a":1}', state: 'ready' },
    ],
    usage: { inputTokens: 6, outputTokens: 6 },
    end: 'complete: stop',
  },
  errorFrame: {
    frame: say(EventType.RUN_ERROR, { message: 'The agent gave up.' }),
    sentence: 'The agent gave up.',
  },
  unknownFrames: [
    say(EventType.STATE_DELTA, { delta: [] }),
    say(EventType.CUSTOM, { name: 'x', value: 1 }),
    JSON.stringify({ type: 'FUTURE_EVENT', delta: 'x' }),
    say(EventType.TEXT_MESSAGE_START, { messageId: 'u', role: 'user' }),
    say(EventType.TEXT_MESSAGE_CONTENT, { messageId: 'u', delta: 'what the person said' }),
    '{}',
  ],
});

test('text in chunks, without start and end, is text', async () => {
  const body = [
    real.encodeSSE({
      type: EventType.TEXT_MESSAGE_CHUNK,
      messageId: 'm',
      delta: 'Hel',
    }),
    real.encodeSSE({ type: EventType.TEXT_MESSAGE_CHUNK, delta: 'lo' }),
    real.encodeSSE({
      type: EventType.RUN_FINISHED,
      outcome: { type: 'interrupt', interrupts: [{ id: 'i', reason: 'confirmation' }] },
    }),
  ].join('');
  const answer = toAnswer(await readEvents(agUi(), bodyOf([new TextEncoder().encode(body)])));
  expect(answer).toMatchObject({ messageId: 'm', text: 'Hello', end: 'complete: interrupt' });
});

/** What is read of these events. */
const read = async (...events: (readonly [EventType, object])[]) => {
  const body = events.map(([type, more]) => real.encodeSSE({ type, ...more })).join('');
  return toAnswer(await readEvents(agUi(), bodyOf([new TextEncoder().encode(body)])));
};

test('each message of a run is a paragraph of its own', async () => {
  const says = (messageId: string, ...deltas: string[]) => [
    [EventType.TEXT_MESSAGE_START, { messageId, role: 'assistant' }] as const,
    ...deltas.map((delta) => [EventType.TEXT_MESSAGE_CONTENT, { messageId, delta }] as const),
    [EventType.TEXT_MESSAGE_END, { messageId }] as const,
  ];
  const chunk = (more: object) => [EventType.TEXT_MESSAGE_CHUNK, more] as const;
  const call = { toolCallId: 'a', toolCallName: 'now' };
  const { text } = await read(
    ...says('m1', 'First', ' one.'),
    // An agent that only calls a tool says nothing in its message.
    ...says('m2'),
    ...says('m3', 'Second.'),
    chunk({ messageId: 'm4', delta: 'Third' }),
    chunk({ delta: ' one.' }),
    [EventType.TOOL_CALL_START, call],
    [EventType.TOOL_CALL_END, { toolCallId: 'a' }],
    ...says('m5', 'After the call.'),
    [EventType.RUN_FINISHED, {}],
  );
  expect(text).toBe('First one.\n\nSecond.\n\nThird one.After the call.');
});

test('rule 3: a run that was cancelled at the agent is stopped, not complete, and its open call is not ready', async () => {
  const { text, tools, usage, end } = await read(
    [EventType.TEXT_MESSAGE_CONTENT, { messageId: 'm', delta: 'Half an ans' }],
    [EventType.TOOL_CALL_START, { toolCallId: 'a', toolCallName: 'mail' }],
    [EventType.TOOL_CALL_ARGS, { toolCallId: 'a', delta: '{}' }],
    [EventType.RUN_FINISHED, { outcome: { type: 'cancelled' }, usage: [{ outputTokens: 3 }] }],
  );
  expect({ text, end, usage }).toEqual({
    text: 'Half an ans',
    end: 'stopped',
    usage: { outputTokens: 3 },
  });
  expect(tools).toEqual([{ name: 'mail', arguments: '{}', state: 'open' }]);
});

test('what a subagent writes is not the answer', async () => {
  const subagent = { subagentRunId: 's1' };
  const { messageId, text, reasoning } = await read(
    [EventType.SUBAGENT_STARTED, { ...subagent, name: 'researcher' }],
    [EventType.REASONING_MESSAGE_CONTENT, { ...subagent, messageId: 'z', delta: 'Hm.' }],
    [EventType.REASONING_MESSAGE_END, { ...subagent, messageId: 'z' }],
    [EventType.TEXT_MESSAGE_START, { ...subagent, messageId: 's', role: 'assistant' }],
    [EventType.TEXT_MESSAGE_CONTENT, { ...subagent, messageId: 's', delta: 'Notes.' }],
    [EventType.TEXT_MESSAGE_END, { ...subagent, messageId: 's' }],
    [EventType.TEXT_MESSAGE_CHUNK, { ...subagent, messageId: 'c', delta: 'More' }],
    [EventType.TEXT_MESSAGE_CHUNK, { delta: ' notes.' }],
    [EventType.TEXT_MESSAGE_CONTENT, { ...subagent, messageId: 'b', delta: 'Without a start.' }],
    [EventType.TEXT_MESSAGE_CHUNK, { messageId: 'm', delta: 'The answer.' }],
    [EventType.RUN_FINISHED, { outcome: { type: 'success' } }],
  );
  expect({ messageId, text, reasoning }).toEqual({
    messageId: 'm',
    text: 'The answer.',
    reasoning: '',
  });
});

test('a tool that a subagent calls is shown, because it may have done something', async () => {
  const call = { subagentRunId: 's1', toolCallId: 'a' };
  const { tools } = await read(
    [EventType.TOOL_CALL_START, { ...call, toolCallName: 'mail' }],
    [EventType.TOOL_CALL_END, call],
    [EventType.RUN_FINISHED, {}],
  );
  expect(tools).toEqual([{ name: 'mail', arguments: '{}', state: 'ready' }]);
});

test('what is said after a thought begins without blank lines', async () => {
  const { text } = await read(
    [EventType.TEXT_MESSAGE_CHUNK, { messageId: 'a', delta: 'Let me see.' }],
    [EventType.REASONING_MESSAGE_CONTENT, { messageId: 'z', delta: 'Two and three.' }],
    [EventType.TEXT_MESSAGE_CHUNK, { messageId: 'b', delta: 'It is 5.' }],
    [EventType.RUN_FINISHED, {}],
  );
  expect(text).toBe('Let me see.It is 5.');
});

test('a rate limit that is told in capitals is one', async () => {
  const { end } = await read([
    EventType.RUN_ERROR,
    { message: 'Too many requests were made.', code: 'RATE_LIMIT_EXCEEDED' },
  ]);
  expect(end).toBe('rate-limited: Too many requests were made.');
});

describe('messages that an agent sends as a whole', () => {
  const asked = { id: 'u', role: 'user', content: 'Hi?' };
  const said = { id: 'a', role: 'assistant', content: 'Hello there.' };
  const snapshot = (...messages: object[]) => [EventType.MESSAGES_SNAPSHOT, { messages }] as const;
  const finished = [EventType.RUN_FINISHED, {}] as const;

  test('are its answer where it streams nothing', async () => {
    expect(await read(snapshot(asked), snapshot(asked, said), finished)).toMatchObject({
      messageId: 'a',
      text: 'Hello there.',
      end: 'complete: stop',
    });
  });

  test('add nothing to what it has streamed', async () => {
    const streamed = [EventType.TEXT_MESSAGE_CHUNK, { messageId: 'a', delta: 'Hello.' }] as const;
    const { text } = await read(streamed, snapshot(asked, said), finished);
    expect(text).toBe('Hello.');
  });

  test('are no answer where they end in a question, a subagent’s notes or a call', async () => {
    const call = { id: 'c', role: 'assistant', toolCalls: [{ id: 't', type: 'function' }] };
    for (const end of [asked, { ...said, subagentRunId: 's' }, call]) {
      expect((await read(snapshot(said), snapshot(said, end), finished)).text).toBe('');
    }
  });

  test('are no answer where they were said before the run', async () => {
    const call = { toolCallId: 'c', toolCallName: 'save' };
    const { text } = await read(
      [EventType.RUN_STARTED, { threadId: 't', runId: 'r' }],
      snapshot(asked, said),
      [EventType.TOOL_CALL_START, call],
      [EventType.TOOL_CALL_END, call],
      snapshot(asked, said),
      finished,
    );
    expect(text).toBe('');
    expect((await read(snapshot(asked, said, asked), finished)).text).toBe('');
  });

  test('are a paragraph each, also where the agent tells them again with every step', async () => {
    const step = [EventType.STEP_STARTED, { stepName: 'look' }] as const;
    const more = { id: 'b', role: 'assistant', content: 'It is 5.' };
    const { text, messageId } = await read(
      step,
      snapshot(asked, said),
      step,
      snapshot(asked, said, { id: 't', role: 'tool', content: 'r', toolCallId: 'c' }, more),
      finished,
    );
    expect({ text, messageId }).toEqual({ text: 'Hello there.\n\nIt is 5.', messageId: 'b' });
  });

  describe('although another one was streamed,', () => {
    const more = { id: 'b', role: 'assistant', content: 'It is 5.' };
    const streamed = [
      EventType.TEXT_MESSAGE_CHUNK,
      { messageId: 'a', delta: said.content },
    ] as const;
    const whole = 'Hello there.\n\nIt is 5.';

    test('are there, under their own name', async () => {
      const { text, messageId } = await read(
        snapshot(asked),
        streamed,
        snapshot(asked, said, more),
        finished,
      );
      expect({ text, messageId }).toEqual({ text: whole, messageId: 'b' });
      expect((await read(streamed, snapshot(asked, said, more), finished)).text).toBe(whole);
    });

    test('are not told twice where the agent gives what it has streamed another name', async () => {
      const renamed = { ...said, id: 'z' };
      const { text } = await read(streamed, snapshot(asked, renamed, more), finished);
      expect(text).toBe(whole);
    });

    test.each([
      [
        'joined',
        [
          ['a', 'Hello there.'],
          ['b', 'It is 5.'],
        ],
        [{ ...more, id: 'z', content: whole }],
      ],
      [
        'split',
        [['a', whole]],
        [
          { ...said, id: 'y' },
          { ...more, id: 'z' },
        ],
      ],
    ])('are not told twice where the agent has %s what it has streamed', async (_, parts, told) => {
      const { text } = await read(
        snapshot(asked),
        ...parts.map(
          ([messageId, delta]) => [EventType.TEXT_MESSAGE_CHUNK, { messageId, delta }] as const,
        ),
        snapshot(asked, ...told),
        finished,
      );
      expect(text).toBe(whole);
    });

    test.each([
      ['is a part of what it has streamed', 'Hello'],
      ['begins with what it has streamed', 'Hello there. And more.'],
    ])('are there although their text %s', async (_, content) => {
      const { text } = await read(streamed, snapshot(asked, said, { ...more, content }), finished);
      expect(text).toBe(`Hello there.\n\n${content}`);
    });

    test('are there although the same was said before the run', async () => {
      const before = { id: 'o1', role: 'assistant', content: 'Do you agree?' };
      const again = { ...before, id: 'o2' };
      const events = [snapshot(asked, before), streamed, snapshot(asked, before, said, again)];
      expect((await read(...events, finished)).text).toBe('Hello there.\n\nDo you agree?');
    });

    test('are not told again where the agent gives what it said before the run another name', async () => {
      const before = { id: 'o1', role: 'assistant', content: 'Let me look.' };
      const renamed = { ...before, id: 'o2' };
      const events = [snapshot(asked, before), streamed, snapshot(asked, renamed, said), finished];
      expect((await read(...events)).text).toBe('Hello there.');
    });

    test('are not added where they may be of a run before', async () => {
      const { text, messageId } = await read(streamed, snapshot(asked, more, said), finished);
      expect({ text, messageId }).toEqual({ text: 'Hello there.', messageId: 'a' });
    });
  });

  test('are the answer where the run begins and ends with them', async () => {
    const begun = [EventType.RUN_STARTED, { threadId: 't', runId: 'r' }] as const;
    expect((await read(begun, snapshot(asked, said), finished)).text).toBe('Hello there.');
    const grown = { ...said, content: 'Hello there, you.' };
    const whole = await read(begun, snapshot(asked, said), snapshot(asked, grown), finished);
    expect(whole.text).toBe('Hello there, you.');
  });
});
