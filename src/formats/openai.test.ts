import OpenAI from 'openai';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { serve } from '../../test/unit/formats/serve.js';
import { expect, test } from 'vitest';
import { openai } from './openai.js';

type Choice = OpenAI.ChatCompletionChunk.Choice;

const chunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({
    id: 'chatcmpl-7',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
  });
const call = (index: number, more: object): string => chunk({ tool_calls: [{ index, ...more }] });

const frames = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Überlegen … ' }),
  chunk({ reasoning_content: '思考' }),
  chunk({ content: 'Grüße, ' }),
  chunk({ content: '世界 ' }),
  chunk({ content: '🌍 é' }),
  call(0, { id: 'a', type: 'function', function: { name: 'weather', arguments: '' } }),
  call(0, { function: { arguments: '{"city":"Kö' } }),
  call(1, { id: 'b', type: 'function', function: { name: 'now', arguments: '' } }),
  call(0, { function: { arguments: 'ln"}' } }),
  chunk({}, 'tool_calls'),
  JSON.stringify({
    id: 'chatcmpl-7',
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 22 },
  }),
  '[DONE]',
];

describeFormat({
  create: openai,
  wire: 'server-sent-events',
  frames,
  wholeAfter: 11,
  answer: {
    messageId: 'chatcmpl-7',
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city":"Köln"}', state: 'ready' },
      { name: 'now', arguments: '{}', state: 'ready' },
    ],
    usage: { inputTokens: 11, outputTokens: 22 },
    end: 'complete: tool_calls',
  },
  errorFrame: {
    frame: JSON.stringify({ error: { message: 'The engine is on fire.', code: 500 } }),
    sentence: 'The engine is on fire.',
  },
  unknownFrames: [
    JSON.stringify({ id: 'chatcmpl-7', choices: [], prompt_filter_results: [] }),
    JSON.stringify({ choices: [{ index: 1, delta: { content: 'another answer' } }] }),
    JSON.stringify({ choices: [{ index: 0, delta: { audio: { data: 'AAAA' } } }] }),
    JSON.stringify({ choices: [{ index: 0, delta: null }] }),
    '{}',
  ],
});

const read = async (...some: string[]) =>
  toAnswer(
    await readEvents(
      openai(),
      bodyOf([new TextEncoder().encode(some.map((frame) => `data: ${frame}\n\n`).join(''))]),
    ),
  );

test('the openai package reads the same answer from the same bytes', async () => {
  const { url } = await serve((res) =>
    res
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(frames.map((frame) => `data: ${frame}\n\n`).join('')),
  );
  const client = new OpenAI({ apiKey: 'none', baseURL: url });
  const stream = await client.chat.completions.create({
    model: 'any',
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  let text = '';
  const input = ['', ''];
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const part of stream) {
    text += part.choices[0]?.delta.content ?? '';
    for (const call of part.choices[0]?.delta.tool_calls ?? []) {
      input[call.index] = (input[call.index] ?? '') + (call.function?.arguments ?? '');
    }
    usage = part.usage;
  }
  const ours = await read(...frames);
  expect(ours.text).toBe(text);
  // A call without arguments is nothing there, and an empty object here.
  expect(ours.tools.map((tool) => tool.arguments)).toEqual(input.map((json) => json || '{}'));
  expect(ours.usage).toEqual({
    inputTokens: usage?.prompt_tokens,
    outputTokens: usage?.completion_tokens,
  });
});

test('a refusal is text that a person may read', async () => {
  const { text, end } = await read(chunk({ refusal: 'I will not.' }), chunk({}, 'stop'), '[DONE]');
  expect({ text, end }).toEqual({ text: 'I will not.', end: 'complete: stop' });
});

test('reasoning is understood under the name that OpenRouter and newer vLLM give it', async () => {
  expect((await read(chunk({ reasoning: 'Hm.' }), '[DONE]')).reasoning).toBe('Hm.');
});

test("Mistral's lists of what was thought and said are reasoning and text", async () => {
  const { reasoning, text, end } = await read(
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm, ' }] }] }),
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'yes.' }] }] }),
    chunk({
      content: [
        { type: 'text', text: 'It' },
        { type: 'reference', reference_ids: [1] },
      ],
    }),
    chunk({ content: ' is.' }),
    chunk({}, 'stop'),
    '[DONE]',
  );
  expect({ reasoning, text, end }).toEqual({
    reasoning: 'Hm, yes.',
    text: 'It is.',
    end: 'complete: stop',
  });
});

/** What each of their reasons leaves of a call that was whole so far. */
const CALLS: Record<NonNullable<Choice['finish_reason']>, string> = {
  stop: 'ready',
  tool_calls: 'ready',
  function_call: 'ready',
  length: 'open',
  content_filter: 'open',
};

test.each(Object.entries(CALLS))(
  'D3: an answer that ended for %s says so, and its call is %s, though its arguments parse',
  async (reason, state) => {
    const { tools, end } = await read(
      call(0, { id: 'a', function: { name: 'rm', arguments: '{"path":"/etc"}' } }),
      chunk({}, reason),
      '[DONE]',
    );
    expect(tools).toEqual([{ name: 'rm', arguments: '{"path":"/etc"}', state }]);
    expect(end).toBe(`complete: ${reason}`);
  },
);

test('calls that a server sends whole, all under one index, are still several', async () => {
  const { tools } = await read(
    call(0, { id: 'a', function: { name: 'one', arguments: '{"n":1}' } }),
    call(0, { id: 'b', function: { name: 'two', arguments: '{"n":2}' } }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  expect(tools).toEqual([
    { name: 'one', arguments: '{"n":1}', state: 'ready' },
    { name: 'two', arguments: '{"n":2}', state: 'ready' },
  ]);
});

test('calls whose id is empty are as many as were sent, each with its own arguments', async () => {
  const { tools } = await read(
    chunk({
      tool_calls: [
        { index: 0, id: '', function: { name: 'one', arguments: '{"n":1}' } },
        { index: 1, id: '', function: { name: 'two', arguments: '{"n":2}' } },
      ],
    }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  expect(tools).toEqual([
    { name: 'one', arguments: '{"n":1}', state: 'ready' },
    { name: 'two', arguments: '{"n":2}', state: 'ready' },
  ]);
});

test('calls without an id, all under one index, are still several, also of one tool', async () => {
  const { tools } = await read(
    call(0, { function: { name: 'one', arguments: '{"n":' } }),
    call(0, { function: { name: 'one', arguments: '1}' } }),
    call(0, { function: { name: 'one', arguments: '{"n":2}' } }),
    call(0, { function: { name: 'two', arguments: '{}' } }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  expect(tools).toEqual([
    { name: 'one', arguments: '{"n":1}', state: 'ready' },
    { name: 'one', arguments: '{"n":2}', state: 'ready' },
    { name: 'two', arguments: '{}', state: 'ready' },
  ]);
});

test('a call without an id has one of its own, which no other answer gives again', async () => {
  const idsOf = async (): Promise<string[]> => {
    const frame = call(0, { function: { name: 'one', arguments: '{}' } });
    const bytes = new TextEncoder().encode(`data: ${frame}\n\ndata: [DONE]\n\n`);
    const events = await readEvents(openai(), bodyOf([bytes]));
    return events.flatMap((event) => (event.type === 'tool-call' ? [event.id] : []));
  };
  const ids = [...(await idsOf()), ...(await idsOf())];
  expect(new Set(ids).size).toBe(2);
});

test('a name that is said once more, with nothing behind it, begins no other call', async () => {
  const { tools } = await read(
    call(0, { function: { name: 'one', arguments: '{"n":' } }),
    call(0, { function: { name: 'one', arguments: '1}' } }),
    call(0, { function: { name: 'one', arguments: '' } }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  expect(tools).toEqual([{ name: 'one', arguments: '{"n":1}', state: 'ready' }]);
});

test('a call keeps the id that came before its name, so that a later result finds it', async () => {
  const frames = [
    call(0, { id: 'call_x' }),
    call(0, { function: { name: 'write' } }),
    call(0, { id: 'call_x', function: { arguments: '{"n":1}' } }),
    call(0, { id: 'call_y' }),
    call(0, { function: { name: 'write', arguments: '{"n":2}' } }),
  ];
  const bytes = new TextEncoder().encode(frames.map((frame) => `data: ${frame}\n\n`).join(''));
  const events = await readEvents(openai(), bodyOf([bytes]));
  expect(events.filter(({ type }) => type === 'tool-call')).toEqual([
    { type: 'tool-call', id: 'call_x', name: 'write' },
    { type: 'tool-call', id: 'call_y', name: 'write' },
  ]);
});

test.each(['', 'null'])(
  'a server that says %j as the reason of every piece has given none',
  async (none) => {
    const call = { index: 0, id: 'a', function: { name: 'weather', arguments: '' } };
    const rest = { index: 0, function: { arguments: '{"city":"Oslo"}' } };
    const pieces = [
      chunk({ content: 'Half' }, none),
      chunk({ tool_calls: [call] }, none),
      chunk({ tool_calls: [rest] }, none),
    ];
    const cut = await read(...pieces);
    expect(cut.end).toBe('interrupted');
    expect(cut.tools).toEqual([{ name: 'weather', arguments: '{"city":"Oslo"}', state: 'open' }]);
    const whole = await read(...pieces, chunk({}, 'tool_calls'), '[DONE]');
    expect(whole.end).toBe('complete: tool_calls');
    expect(whole.tools).toEqual([
      { name: 'weather', arguments: '{"city":"Oslo"}', state: 'ready' },
    ]);
  },
);

test('a server that leaves [DONE] out but gave a reason has finished', async () => {
  expect((await read(chunk({ content: 'Hi' }), chunk({}, 'stop'))).end).toBe('complete: stop');
});

test('why a model that speaks Chinese failed is said in its own words', async () => {
  const { end } = await read(JSON.stringify({ error: { message: '输入内容包含敏感词。' } }));
  expect(end).toBe('provider: 输入内容包含敏感词。');
});

test('an error that is no sentence is said in our own words', async () => {
  const { end } = await read(JSON.stringify({ error: { message: '<!doctype html>' } }));
  expect(end).toBe('provider: The model failed without saying why.');
});
