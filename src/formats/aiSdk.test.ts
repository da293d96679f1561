import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { aiSdk } from './aiSdk.js';

const say = (type: string, more: object = {}): string => JSON.stringify({ type, ...more });

describeFormat({
  create: aiSdk,
  wire: 'server-sent-events',
  frames: [
    say('start', { messageId: 'm-1' }),
    say('start-step'),
    say('reasoning-start', { id: 'z' }),
    say('reasoning-delta', { id: 'z', delta: 'Überlegen … 思考' }),
    say('reasoning-end', { id: 'z' }),
    say('text-start', { id: 'x' }),
    say('text-delta', { id: 'x', delta: 'Grüße, ' }),
    say('text-delta', { id: 'x', delta: '世界 🌍 é' }),
    say('text-end', { id: 'x' }),
    say('tool-input-start', { toolCallId: 'a', toolName: 'weather' }),
    say('tool-input-delta', { toolCallId: 'a', inputTextDelta: '{"city":"Kö' }),
    say('tool-input-delta', { toolCallId: 'a', inputTextDelta: 'ln"}' }),
    say('tool-input-available', { toolCallId: 'a', toolName: 'weather', input: { city: 'Köln' } }),
    say('tool-output-available', { toolCallId: 'a', output: 'gr', preliminary: true }),
    say('tool-output-available', { toolCallId: 'a', output: 'grey' }),
    say('tool-input-available', { toolCallId: 'b', toolName: 'now', input: {} }),
    say('finish-step'),
    say('finish', { finishReason: 'tool-calls' }),
    '[DONE]',
  ],
  wholeAfter: 18,
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
    frame: say('error', { errorText: 'An error occurred.' }),
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
  const answer = await read(
    say('text-delta', { id: 'x', delta: 'Half' }),
    say('abort', { reason: 'the operator' }),
    '[DONE]',
  );
  expect(answer).toMatchObject({ text: 'Half', end: 'stopped' });
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

test('input that is free text waits until it is whole', async () => {
  const { tools } = await read(
    say('tool-input-start', { toolCallId: 'a', toolName: 'sh', inputEncoding: 'text' }),
    say('tool-input-delta', { toolCallId: 'a', inputTextDelta: 'ls "' }),
    say('tool-input-available', { toolCallId: 'a', toolName: 'sh', input: 'ls "a"' }),
  );
  expect(tools).toEqual([{ name: 'sh', arguments: '"ls \\"a\\""', state: 'ready' }]);
});
