import OpenAI from 'openai';
import { createGeneration } from 'stopkit/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { serve } from '../../test/unit/formats/serve.js';
import { openaiResponses } from './openaiResponses.js';

const say = (type: string, more: object = {}): string => JSON.stringify({ type, ...more });
const item = (when: 'added' | 'done', index: number, more: object): string =>
  say(`response.output_item.${when}`, { output_index: index, item: more });
const delta = (what: string, index: number, text: string): string =>
  say(`response.${what}.delta`, { output_index: index, item_id: 'x', delta: text });
const weather = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'weather' };
const usage = { input_tokens: 36, output_tokens: 87, total_tokens: 123 };

const frames = [
  say('response.created', { response: { id: 'resp_1', status: 'in_progress' } }),
  item('added', 0, { id: 'rs_1', type: 'reasoning', summary: [] }),
  say('response.reasoning_summary_part.added', { output_index: 0, summary_index: 0 }),
  delta('reasoning_summary_text', 0, 'Überlegen …'),
  say('response.reasoning_summary_part.added', { output_index: 0, summary_index: 1 }),
  delta('reasoning_summary_text', 0, '思考'),
  item('done', 0, { id: 'rs_1', type: 'reasoning', summary: [] }),
  item('added', 1, { id: 'msg_1', type: 'message', content: [] }),
  delta('output_text', 1, 'Grüße, '),
  delta('output_text', 1, '世界 🌍 é'),
  say('response.output_text.done', { output_index: 1, text: 'Grüße, 世界 🌍 é' }),
  item('done', 1, { id: 'msg_1', type: 'message', content: [] }),
  item('added', 2, { ...weather, arguments: '', status: 'in_progress' }),
  delta('function_call_arguments', 2, '{"city":"Kö'),
  delta('function_call_arguments', 2, 'ln"}'),
  item('done', 2, { ...weather, arguments: '{"city":"Köln"}', status: 'completed' }),
  say('response.completed', { response: { id: 'resp_1', status: 'completed', usage } }),
];

describeFormat({
  create: openaiResponses,
  wire: 'server-sent-events',
  namesEvents: true,
  frames,
  wholeAfter: 17,
  answer: {
    messageId: 'resp_1',
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen …\n\n思考',
    tools: [{ name: 'weather', arguments: '{"city":"Köln"}', state: 'ready' }],
    usage: { inputTokens: 36, outputTokens: 87 },
    end: 'complete: stop',
  },
  errorFrame: {
    frame: say('error', { code: 'server_error', message: 'The server had an error.', param: null }),
    sentence: 'The server had an error.',
  },
  unknownFrames: [
    say('response.queued', { response: {} }),
    say('response.web_search_call.searching', { output_index: 9 }),
    item('added', 9, { type: 'web_search_call' }),
    item('done', 9, { type: 'web_search_call' }),
    '{}',
  ],
});

const read = async (...some: string[]) =>
  toAnswer(
    await readEvents(
      openaiResponses(),
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
  const stream = await client.responses.create({ model: 'any', stream: true, input: 'Hello' });
  const theirs = { text: '', input: '', end: '' };
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') theirs.text += event.delta;
    if (event.type === 'response.function_call_arguments.delta') theirs.input += event.delta;
    theirs.end = event.type;
  }
  const ours = await read(...frames);
  expect({ text: ours.text, input: ours.tools[0]?.arguments }).toEqual({
    text: theirs.text,
    input: theirs.input,
  });
  expect(theirs.end).toBe('response.completed');
});

test('an answer that ran into its token limit says so in the word all formats share', async () => {
  const response = { incomplete_details: { reason: 'max_output_tokens' }, usage };
  const answer = await read(
    delta('output_text', 0, 'Once'),
    say('response.incomplete', { response }),
  );
  expect(answer).toMatchObject({ text: 'Once', end: 'complete: length' });
  expect(answer.usage).toEqual({ inputTokens: 36, outputTokens: 87 });
});

test('D3: a call that the limit cut off stays open', async () => {
  const { tools } = await read(
    item('added', 0, { ...weather, status: 'in_progress' }),
    delta('function_call_arguments', 0, '{"city":"K'),
    item('done', 0, { ...weather, arguments: '{"city":"K', status: 'incomplete' }),
    say('response.incomplete', { response: {} }),
  );
  expect(tools).toEqual([{ name: 'weather', arguments: '{"city":"K', state: 'open' }]);
});

test('each message of a response is a paragraph of its own', async () => {
  const { text } = await read(
    delta('output_text', 0, 'I will look'),
    delta('output_text', 0, ' first.'),
    item('done', 1, { type: 'web_search_call' }),
    delta('output_text', 2, 'The file is empty.'),
    item('done', 3, { ...weather, arguments: '{}' }),
    delta('output_text', 4, ' After the call.'),
    say('response.completed', { response: {} }),
  );
  expect(text).toBe('I will look first.\n\nThe file is empty. After the call.');
});

test('what is said after a thought begins without blank lines', async () => {
  const { text } = await read(
    delta('output_text', 0, 'Let me see.'),
    delta('reasoning_summary_text', 1, 'Two and three.'),
    item('done', 1, { id: 'rs_1', type: 'reasoning', summary: [] }),
    delta('output_text', 2, 'It is 5.'),
    // A thought that nothing is shown of stands between nothing.
    item('done', 3, { id: 'rs_2', type: 'reasoning', summary: [] }),
    delta('output_text', 4, 'Five.'),
  );
  expect(text).toBe('Let me see.It is 5.\n\nFive.');
});

test('a call that a gateway names otherwise at its end than at its beginning is one call', async () => {
  const begun = { id: 'fc_1', type: 'function_call', name: 'weather' };
  for (const call_id of ['call_0', undefined]) {
    const { tools } = await read(
      item('added', 0, { ...begun, call_id }),
      delta('function_call_arguments', 0, '{}'),
      item('done', 0, { ...weather, arguments: '{}', status: 'completed' }),
    );
    expect(tools).toEqual([{ name: 'weather', arguments: '{}', state: 'ready' }]);
  }
});

test('a gateway that sends a call whole, without its pieces or without its beginning, has its arguments kept', async () => {
  const whole = item('done', 0, { ...weather, arguments: '{"city":"Oslo"}', status: 'completed' });
  const begun = item('added', 0, { ...weather, status: 'in_progress' });
  for (const events of [[begun, whole], [whole]]) {
    const { tools } = await read(...events);
    expect(tools).toEqual([{ name: 'weather', arguments: '{"city":"Oslo"}', state: 'ready' }]);
  }
});

test('the free text given to a custom tool becomes arguments that can be sent again', async () => {
  const custom = { type: 'custom_tool_call', call_id: 'c', name: 'shell' };
  const { tools } = await read(
    item('added', 0, custom),
    say('response.custom_tool_call_input.delta', { output_index: 0, delta: 'ls "a' }),
    item('done', 0, { ...custom, input: 'ls "a b"' }),
  );
  expect(tools).toEqual([{ name: 'shell', arguments: '"ls \\"a b\\""', state: 'ready' }]);
});

test('a custom tool’s call that a gateway sends whole is kept', async () => {
  const custom = { type: 'custom_tool_call', call_id: 'c', name: 'shell', input: 'ls' };
  const { tools } = await read(item('done', 0, custom));
  expect(tools).toEqual([{ name: 'shell', arguments: '"ls"', state: 'ready' }]);
});

describe('a call of an MCP server, which OpenAI makes itself', () => {
  const mcp = { type: 'mcp_call', id: 'mcp_1', name: 'wind', server_label: 'weather' };
  const call = [
    item('added', 0, { ...mcp, arguments: '', status: 'in_progress' }),
    say('response.mcp_call.in_progress', { output_index: 0, item_id: 'mcp_1' }),
    delta('mcp_call_arguments', 0, '{"at":'),
    delta('mcp_call_arguments', 0, '"Kiel"}'),
    say('response.mcp_call_arguments.done', { output_index: 0, arguments: '{"at":"Kiel"}' }),
  ];
  const whole = { ...mcp, arguments: '{"at":"Kiel"}' };
  const wind = { name: 'wind', arguments: '{"at":"Kiel"}' };

  test('runs from its last argument on, and then has its result', async () => {
    expect((await read(...call)).tools).toEqual([{ ...wind, state: 'running' }]);
    const end = item('done', 0, { ...whole, output: 'strong', status: 'completed' });
    const done = { ...wind, state: 'done', result: 'strong' };
    expect((await read(...call, end)).tools).toEqual([done]);
    expect((await read(end)).tools).toEqual([done]);
  });

  test('has not begun where its arguments were cut', async () => {
    const cut = { ...mcp, arguments: '{"at":', status: 'incomplete' };
    const { tools } = await read(
      ...call.slice(0, 3),
      say('response.mcp_call_arguments.done', { output_index: 0, arguments: '{"at":' }),
      item('done', 0, cut),
      say('response.incomplete', { response: {} }),
    );
    expect(tools).toEqual([{ name: 'wind', arguments: '{"at":', state: 'open' }]);
  });

  test('that a gateway names otherwise at its end has its result', async () => {
    const end = item('done', 0, { ...whole, id: 'mcp_2', output: 'strong', status: 'completed' });
    expect((await read(...call, end)).tools).toEqual([
      { ...wind, state: 'done', result: 'strong' },
    ]);
  });

  test('that failed says so', async () => {
    const end = item('done', 0, { ...whole, error: 'No wind.', output: null, status: 'failed' });
    expect((await read(...call, end)).tools).toEqual([
      { ...wind, state: 'failed', result: 'No wind.' },
    ]);
  });
});

test('a response that failed says why', async () => {
  const response = { error: { code: 'rate_limit_exceeded', message: 'Slow down, please.' } };
  expect((await read(say('response.failed', { response }))).end).toBe(
    'rate-limited: Slow down, please.',
  );
});

test('a model that writes the free input of a tool is not stopped because it says nothing', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const call = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c', name: 'apply_patch' };
  async function* body(): AsyncGenerator<Uint8Array> {
    const write = (frame: string): Uint8Array => new TextEncoder().encode(`data: ${frame}\n\n`);
    yield write(delta('output_text', 0, 'Here is the patch.'));
    yield write(item('added', 1, { ...call, input: '' }));
    for (let second = 0; second < 10; second++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      yield write(delta('custom_tool_call_input', 1, '+ line\n'));
    }
    yield write(item('done', 1, { ...call, input: '+ line' }));
    yield write(say('response.completed', { response: { id: 'resp_1' } }));
  }
  const generation = createGeneration<string>({
    source: () => openaiResponses().decode(body()),
    autoStop: { idleMs: 5_000 },
  });
  const settled = generation.start('Fix it.');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await settled).toMatchObject({
    status: 'complete',
    parts: [{ type: 'text' }, { state: 'ready', arguments: '"+ line"' }],
  });
});
