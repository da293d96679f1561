import { Ollama } from 'ollama';
import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { serve } from '../../test/unit/formats/serve.js';
import { ollama } from './ollama.js';

const line = (message: object, more: object = { done: false }): string =>
  JSON.stringify({
    model: 'llama3',
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', content: '', ...message },
    ...more,
  });

const frames = [
  line({ thinking: 'Überlegen … 思考' }),
  line({ content: 'Grüße, ' }),
  line({ content: '世界 ' }),
  line({ content: '🌍 é' }),
  line({ tool_calls: [{ function: { name: 'weather', arguments: { city: 'Köln' } } }] }),
  line({ tool_calls: [{ id: 'call_9', function: { name: 'now', arguments: {} } }] }),
  line({}, { done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 298 }),
];

describeFormat({
  create: ollama,
  wire: 'lines',
  frames,
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

test('the ollama package reads the same answer from the same bytes', async () => {
  const { url } = await serve((res) =>
    res
      .writeHead(200, { 'content-type': 'application/x-ndjson' })
      .end(frames.map((frame) => `${frame}\n`).join('')),
  );
  const client = new Ollama({ host: url });
  const theirs = { text: '', reasoning: '', tools: [] as unknown[], tokens: 0 };
  for await (const part of await client.chat({ model: 'any', stream: true, messages: [] })) {
    theirs.text += part.message.content;
    theirs.reasoning += part.message.thinking ?? '';
    theirs.tools.push(...(part.message.tool_calls ?? []).map((call) => call.function.arguments));
    theirs.tokens = part.eval_count;
  }
  const body = bodyOf([new TextEncoder().encode(frames.join('\n'))]);
  const ours = toAnswer(await readEvents(ollama(), body));
  expect({
    text: ours.text,
    reasoning: ours.reasoning,
    tools: ours.tools.map((tool) => JSON.parse(tool.arguments) as unknown),
    tokens: ours.usage?.outputTokens,
  }).toEqual(theirs);
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

test('a call without an id has one of its own, which no other answer gives again', async () => {
  const idsOf = async (): Promise<string[]> => {
    const frame = line({ tool_calls: [{ function: { name: 'now', arguments: {} } }] });
    const events = await readEvents(ollama(), bodyOf([new TextEncoder().encode(`${frame}\n`)]));
    return events.flatMap((event) => (event.type === 'tool-call' ? [event.id] : []));
  };
  const ids = [...(await idsOf()), ...(await idsOf())];
  expect(new Set(ids).size).toBe(2);
});

test('an answer that was not streamed is read too', async () => {
  const answer = await read({ message: { content: 'All at once.' }, done: true, eval_count: 3 });
  expect(answer).toMatchObject({ text: 'All at once.', usage: { outputTokens: 3 } });
});
