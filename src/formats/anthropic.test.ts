import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { serve } from '../../test/unit/formats/serve.js';
import { anthropic } from './anthropic.js';

const say = (type: string, more: object = {}): string => JSON.stringify({ type, ...more });
const start = (index: number, block: object): string =>
  say('content_block_start', { index, content_block: block });
const delta = (index: number, type: string, more: object): string =>
  say('content_block_delta', { index, delta: { type, ...more } });
const stop = (index: number): string => say('content_block_stop', { index });
const opening = say('message_start', {
  message: {
    id: 'msg_1',
    role: 'assistant',
    content: [],
    usage: {
      input_tokens: 25,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 100,
      output_tokens: 1,
    },
  },
});
const closing = (reason: string): string =>
  say('message_delta', {
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { input_tokens: null, cache_read_input_tokens: 0, output_tokens: 15 },
  });

const frames = [
  opening,
  start(0, { type: 'thinking', thinking: '', signature: '' }),
  say('ping'),
  delta(0, 'thinking_delta', { thinking: 'Überlegen … 思考' }),
  delta(0, 'signature_delta', { signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h' }),
  stop(0),
  start(1, { type: 'text', text: '' }),
  delta(1, 'text_delta', { text: 'Grüße, ' }),
  delta(1, 'text_delta', { text: '世界 🌍 é' }),
  stop(1),
  start(2, { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }),
  delta(2, 'input_json_delta', { partial_json: '' }),
  delta(2, 'input_json_delta', { partial_json: '{"city": "Kö' }),
  delta(2, 'input_json_delta', { partial_json: 'ln"}' }),
  stop(2),
  start(3, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
  stop(3),
  closing('tool_use'),
  say('message_stop'),
];

describeFormat({
  create: anthropic,
  wire: 'server-sent-events',
  namesEvents: true,
  frames,
  wholeAfter: 18,
  answer: {
    messageId: 'msg_1',
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city": "Köln"}', state: 'ready' },
      { name: 'now', arguments: '{}', state: 'ready' },
    ],
    usage: { inputTokens: 125, outputTokens: 15 },
    end: 'complete: tool_use',
  },
  errorFrame: {
    frame: say('error', { error: { type: 'api_error', message: 'Something broke inside.' } }),
    sentence: 'Something broke inside.',
  },
  unknownFrames: [
    say('ping'),
    say('message_thought', { message: 7 }),
    delta(9, 'citations_delta', { citation: { type: 'char_location' } }),
    start(9, { type: 'redacted_thinking', data: 'EmwKAhgB' }),
    stop(9),
    '{}',
  ],
});

const read = async (...some: string[]) =>
  toAnswer(
    await readEvents(
      anthropic(),
      bodyOf([new TextEncoder().encode(some.map((frame) => `data: ${frame}\n\n`).join(''))]),
    ),
  );

test('the anthropic package reads the same answer from the same bytes', async () => {
  const { url } = await serve((res) =>
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(
      frames
        .map((frame) => [(JSON.parse(frame) as { type: string }).type, frame] as const)
        .map(([type, frame]) => `event: ${type}\ndata: ${frame}\n\n`)
        .join(''),
    ),
  );
  const client = new Anthropic({ apiKey: 'none', baseURL: url });
  const message = await client.messages
    .stream({ model: 'any', max_tokens: 9, messages: [{ role: 'user', content: 'Hello' }] })
    .finalMessage();
  const ours = await read(...frames);
  expect(message.content.map((block) => (block.type === 'text' ? block.text : ''))).toContain(
    ours.text,
  );
  expect(
    message.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : [])),
  ).toEqual(ours.tools.map((tool) => JSON.parse(tool.arguments) as unknown));
  expect(ours.end).toBe(`complete: ${String(message.stop_reason)}`);
  expect(ours.usage?.outputTokens).toBe(message.usage.output_tokens);
});

test('M1: the input tokens said at the start are kept when the answer is cut', async () => {
  const { usage, end } = await read(opening, delta(0, 'text_delta', { text: 'Hi' }));
  expect(end).toBe('interrupted');
  // The one output token said there is not a figure of anything yet.
  expect(usage).toEqual({ inputTokens: 125 });
});

test('a server that gives no figures, and says so, costs nobody the answer', async () => {
  const { text, usage, end } = await read(
    say('message_start', { message: { id: 'msg_1', usage: null } }),
    delta(0, 'text_delta', { text: 'Hi' }),
    say('message_delta', { delta: { stop_reason: 'end_turn' }, usage: null }),
    say('message_stop'),
  );
  expect({ text, usage, end }).toEqual({ text: 'Hi', usage: null, end: 'complete: end_turn' });
});

/** What each reason of theirs is called; the length is one word in all formats. */
const REASONS: Record<Anthropic.StopReason, string> = {
  end_turn: 'end_turn',
  stop_sequence: 'stop_sequence',
  tool_use: 'tool_use',
  pause_turn: 'pause_turn',
  refusal: 'refusal',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
};

test.each(Object.entries(REASONS))(
  'an answer that ended for %s says so: %s',
  async (theirs, ours) => {
    const { end } = await read(opening, closing(theirs), say('message_stop'));
    expect(end).toBe(`complete: ${ours}`);
  },
);

test('D3: a call whose arguments were cut by the token limit stays open', async () => {
  const { tools } = await read(
    start(0, { type: 'tool_use', id: 't', name: 'write', input: {} }),
    delta(0, 'input_json_delta', { partial_json: '{"path":"/etc/ho' }),
    stop(0),
    closing('max_tokens'),
    say('message_stop'),
  );
  expect(tools).toEqual([{ name: 'write', arguments: '{"path":"/etc/ho', state: 'open' }]);
});

test('D3: a call that the token limit cut before its first argument stays open, too', async () => {
  const call = [
    start(0, { type: 'tool_use', id: 't', name: 'delete_files', input: {} }),
    delta(0, 'input_json_delta', { partial_json: '' }),
    stop(0),
  ];
  const cut = await read(...call, closing('max_tokens'), say('message_stop'));
  expect(cut.tools).toEqual([{ name: 'delete_files', arguments: '', state: 'open' }]);
  const whole = await read(...call, closing('tool_use'), say('message_stop'));
  expect(whole.tools).toEqual([{ name: 'delete_files', arguments: '{}', state: 'ready' }]);
});

test('D3: a call that a refusal cut before its first argument stays open, too', async () => {
  const { tools } = await read(
    start(0, { type: 'tool_use', id: 't', name: 'delete_files', input: {} }),
    stop(0),
    closing('refusal'),
    say('message_stop'),
  );
  expect(tools).toEqual([{ name: 'delete_files', arguments: '', state: 'open' }]);
});

test('a tool that runs on their side is seen running and done', async () => {
  const search = start(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} });
  const query = delta(0, 'input_json_delta', { partial_json: '{"query":"stop"}' });
  const running = await read(search, query, stop(0));
  expect(running.tools[0]?.state).toBe('running');
  const found = { type: 'web_search_tool_result', tool_use_id: 's', content: [{ url: 'u' }] };
  const done = await read(search, query, stop(0), start(1, found), stop(1));
  expect(done.tools[0]).toMatchObject({ state: 'done', result: [{ url: 'u' }] });
  const failure = { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' };
  const failed = await read(search, query, stop(0), start(1, { ...found, content: failure }));
  expect(failed.tools[0]?.state).toBe('failed');
});

test('a tool of an MCP server that they call is seen running, done and failed', async () => {
  const mail = { type: 'mcp_tool_use', id: 'm', name: 'send_mail', server_name: 'post', input: {} };
  const call = [
    start(0, mail),
    delta(0, 'input_json_delta', { partial_json: '{"to":"x"}' }),
    stop(0),
  ];
  expect((await read(...call)).tools).toEqual([
    { name: 'send_mail', arguments: '{"to":"x"}', state: 'running' },
  ]);
  const sent = { type: 'mcp_tool_result', tool_use_id: 'm', is_error: false, content: [] };
  const done = await read(...call, start(1, sent), stop(1));
  expect(done.tools[0]).toMatchObject({ state: 'done', result: [] });
  const failed = await read(...call, start(1, { ...sent, is_error: true }), stop(1));
  expect(failed.tools[0]?.state).toBe('failed');
});

test('words that come with the start of their block are there like those after it', async () => {
  const { reasoning, text } = await read(
    start(0, { type: 'thinking', thinking: 'Hm, ' }),
    delta(0, 'thinking_delta', { thinking: 'yes.' }),
    stop(0),
    start(1, { type: 'text', text: 'Hello' }),
    delta(1, 'text_delta', { text: ' world' }),
  );
  expect({ reasoning, text }).toEqual({ reasoning: 'Hm, yes.', text: 'Hello world' });
});

test('an overloaded model is called that, and a rate limit can be told apart', async () => {
  for (const type of ['overloaded_error', 'OVERLOADED_ERROR']) {
    expect((await read(say('error', { error: { type, message: 'Overloaded' } }))).end).toBe(
      'provider: The model is overloaded. Please try again.',
    );
  }
  const limited = { type: 'rate_limit_error', message: 'You sent too much in a minute.' };
  expect((await read(say('error', { error: limited }))).end).toBe(
    'rate-limited: You sent too much in a minute.',
  );
});
