import { jsonSchema, simulateReadableStream, streamText, tool } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { aiSdk } from './aiSdk.js';

type ModelParts = Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'];
type ModelPart = ModelParts extends ReadableStream<infer Part> ? Part : never;

const city = jsonSchema<{ city?: string }>({
  type: 'object',
  properties: { city: { type: 'string' } },
});
const usage = {
  inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 6, text: 6, reasoning: 0 },
};

/** The AI SDK itself, with a model that says these parts. */
const answer = (parts: ModelPart[], abortSignal?: AbortSignal) =>
  streamText({
    model: new MockLanguageModelV3({
      doStream: () =>
        Promise.resolve({
          stream: simulateReadableStream({ chunks: parts, chunkDelayInMs: null }),
        }),
    }),
    prompt: 'Hello',
    tools: {
      weather: tool({ inputSchema: city, execute: () => 'grey' }),
      now: tool({ inputSchema: city }),
    },
    onError: () => undefined,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  }).toUIMessageStreamResponse({
    sendReasoning: true,
    generateMessageId: () => 'm-1',
    onError: () => 'The model has left the building.',
  });

/** The frames that the AI SDK really sends. */
const framesOf = async (response: Response): Promise<string[]> =>
  (await response.text())
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => frame.replace(/^data: /, ''));

const said: ModelPart[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'reasoning-start', id: 'z' },
  { type: 'reasoning-delta', id: 'z', delta: 'Überlegen … 思考' },
  { type: 'reasoning-end', id: 'z' },
  { type: 'text-start', id: 'x' },
  { type: 'text-delta', id: 'x', delta: 'Grüße, ' },
  { type: 'text-delta', id: 'x', delta: '世界 🌍 é' },
  { type: 'text-end', id: 'x' },
  { type: 'tool-input-start', id: 'a', toolName: 'weather' },
  { type: 'tool-input-delta', id: 'a', delta: '{"city":"Kö' },
  { type: 'tool-input-delta', id: 'a', delta: 'ln"}' },
  { type: 'tool-input-end', id: 'a' },
  { type: 'tool-call', toolCallId: 'a', toolName: 'weather', input: '{"city":"Köln"}' },
  { type: 'tool-call', toolCallId: 'b', toolName: 'now', input: '{}' },
  { type: 'finish', usage, finishReason: { unified: 'tool-calls', raw: 'tool_calls' } },
];
const say = (type: string, more: object = {}): string => JSON.stringify({ type, ...more });
const frames = await framesOf(answer(said));

describeFormat({
  create: aiSdk,
  wire: 'server-sent-events',
  frames,
  wholeAfter: frames.length - 1,
  answer: {
    messageId: 'm-1',
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city":"Köln"}', state: 'done', result: 'grey' },
      { name: 'now', arguments: '{}', state: 'ready' },
    ],
    usage: null,
    end: 'complete: tool-calls',
  },
  errorFrame: {
    frame: JSON.stringify({ type: 'error', errorText: 'An error occurred.' }),
    sentence: 'An error occurred.',
  },
  unknownFrames: [
    say('data-weather', { data: { sky: 'grey' } }),
    say('source-url', { sourceId: 's', url: 'https://example.com' }),
    say('message-metadata', { messageMetadata: null }),
    say('future-part', { delta: 'x' }),
    '{}',
  ],
});

const read = async (...some: string[]) =>
  toAnswer(
    await readEvents(
      aiSdk(),
      bodyOf([new TextEncoder().encode(some.map((frame) => `data: ${frame}\n\n`).join(''))]),
    ),
  );

test('an answer that the server aborted is stopped, not complete', async () => {
  const controller = new AbortController();
  const hanging = new ReadableStream<ModelPart>({
    start(stream) {
      for (const part of said.slice(0, 6)) stream.enqueue(part);
    },
    pull: () => controller.abort(),
  });
  const response = streamText({
    model: new MockLanguageModelV3({ doStream: () => Promise.resolve({ stream: hanging }) }),
    prompt: 'Hello',
    abortSignal: controller.signal,
  }).toUIMessageStreamResponse();
  expect(await read(...(await framesOf(response)))).toMatchObject({ end: 'stopped' });
});

test('an error of the model is said in the words the app chose for it', async () => {
  const failing: ModelPart[] = [...said.slice(0, 6), { type: 'error', error: new Error('sk-123') }];
  expect(await read(...(await framesOf(answer(failing))))).toMatchObject({
    text: 'Grüße, ',
    end: 'provider: The model has left the building.',
  });
});

test('a preliminary result is not yet a result: the tool runs', async () => {
  const { tools } = await read(
    say('tool-input-available', { toolCallId: 'a', toolName: 'weather', input: {} }),
    say('tool-output-available', { toolCallId: 'a', output: 'gr', preliminary: true }),
  );
  expect(tools).toEqual([{ name: 'weather', arguments: '{}', state: 'running' }]);
});

test('a tool that the provider itself executes runs from its input on, and is done at the end', async () => {
  const search = { toolCallId: 'a', toolName: 'search', input: {}, providerExecuted: true };
  const state = async (...frames: string[]) =>
    (await read(say('tool-input-available', search), ...frames)).tools[0]?.state;
  expect(await state()).toBe('running');
  expect(await state(say('tool-output-available', { ...search, output: 'grey' }))).toBe('done');
  expect(await state(say('tool-output-error', { ...search, errorText: 'No.' }))).toBe('failed');
  // Not every provider tells the result.
  expect(await state(say('finish'), '[DONE]')).toBe('done');
  // One of a server of tools may wait for the person.
  const asked = say('tool-input-available', { ...search, dynamic: true });
  expect((await read(asked)).tools[0]?.state).toBe('ready');
});

test('a tool that failed, was denied, or was asked for with wrong input says so', async () => {
  const input = { toolCallId: 'a', toolName: 't', input: { n: 1 } };
  const failed = { toolCallId: 'a', errorText: 'no such city' };
  const [ran] = (await read(say('tool-input-available', input), say('tool-output-error', failed)))
    .tools;
  expect(ran).toMatchObject({ state: 'failed', result: 'no such city' });
  const [denied] = (
    await read(say('tool-input-available', input), say('tool-output-denied', { toolCallId: 'a' }))
  ).tools;
  expect(denied?.state).toBe('failed');
  const [wrong] = (await read(say('tool-input-error', { ...input, errorText: 'n is no name' })))
    .tools;
  expect(wrong).toMatchObject({ state: 'failed', arguments: '{"n":1}', result: 'n is no name' });
});

test('D3: input that was repaired after its pieces is the input, and one that was cut is none', async () => {
  const pieces = [
    say('tool-input-start', { toolCallId: 'a', toolName: 'weather' }),
    say('tool-input-delta', { toolCallId: 'a', inputTextDelta: '{"city":"Os' }),
  ];
  const repaired = { toolCallId: 'a', toolName: 'weather', input: { city: 'Oslo' } };
  const { tools } = await read(...pieces, say('tool-input-available', repaired));
  expect(tools).toEqual([{ name: 'weather', arguments: '{"city":"Oslo"}', state: 'ready' }]);
  // A long input is no silence.
  const events = await readEvents(
    aiSdk(),
    bodyOf([new TextEncoder().encode(pieces.map((piece) => `data: ${piece}\n\n`).join(''))]),
  );
  expect(events.map(({ type }) => type)).toContain('tool-arguments');
  const cut = await read(...pieces);
  expect(cut.tools).toEqual([{ name: 'weather', arguments: '', state: 'open' }]);
});

test('input that is free text waits until it is whole', async () => {
  const { tools } = await read(
    say('tool-input-start', { toolCallId: 'a', toolName: 'sh', inputEncoding: 'text' }),
    say('tool-input-delta', { toolCallId: 'a', inputTextDelta: 'ls "' }),
    say('tool-input-available', { toolCallId: 'a', toolName: 'sh', input: 'ls "a"' }),
  );
  expect(tools).toEqual([{ name: 'sh', arguments: '"ls \\"a\\""', state: 'ready' }]);
});
