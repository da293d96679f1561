import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { ollama } from './ollama.js';

const line = (message: object, more: object = { done: false }): string =>
  JSON.stringify({
    model: 'llama3',
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', content: '', ...message },
    ...more,
  });

describeFormat({
  create: ollama,
  wire: 'lines',
  frames: [
    line({ thinking: 'Überlegen … 思考' }),
    line({ content: 'Grüße, ' }),
    line({ content: '世界 ' }),
    line({ content: '🌍 é' }),
    line({ tool_calls: [{ function: { name: 'weather', arguments: { city: 'Köln' } } }] }),
    line({ tool_calls: [{ id: 'call_9', function: { name: 'now', arguments: {} } }] }),
    line({}, { done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 298 }),
  ],
  wholeAfter: 7,
  answer: {
    messageId: null,
    text: 'Grüße, 世界 🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city":"Köln"}', state: 'ready' },
      { name: 'now', arguments: '{}', state: 'ready' },
    ],
    usage: { inputTokens: 26, outputTokens: 298 },
    end: 'complete: stop',
  },
  errorFrame: {
    frame: JSON.stringify({ error: 'model runner has unexpectedly stopped' }),
    sentence: 'model runner has unexpectedly stopped',
  },
  unknownFrames: ['{}', JSON.stringify({ status: 'loading', message: null })],
});

const read = async (...lines: object[]) =>
  toAnswer(
    await readEvents(
      ollama(),
      bodyOf([new TextEncoder().encode(lines.map((some) => JSON.stringify(some)).join('\n'))]),
    ),
  );

test('/api/generate is read as /api/chat is', async () => {
  const answer = await read(
    { thinking: 'Hm.', response: '' },
    { response: 'Hi' },
    { response: '', done: true, done_reason: 'length', context: [1, 2] },
  );
  expect(answer).toMatchObject({ text: 'Hi', reasoning: 'Hm.', end: 'complete: length' });
  // A cached prompt is not counted: nothing is said instead of zero.
  expect(answer.usage).toBeNull();
});

test('an answer that was not streamed is read too', async () => {
  const answer = await read({ message: { content: 'All at once.' }, done: true, eval_count: 3 });
  expect(answer).toMatchObject({ text: 'All at once.', usage: { outputTokens: 3 } });
});
