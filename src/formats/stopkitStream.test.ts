import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeFormat } from '../../test/unit/formats/describeFormat.js';
import { bodyOf, readEvents } from '../../test/unit/formats/readAnswer.js';
import { GenerationError, type StreamEvent } from '../core/index.js';
import { encodeStopkitStream, stopkitStream } from './stopkitStream.js';

const events: StreamEvent[] = [
  { type: 'start', runId: 'r'.repeat(22), messageId: 'm-1' },
  { type: 'reasoning', delta: 'Überlegen … 思考' },
  { type: 'reasoning-end' },
  { type: 'text', delta: 'Grüße,\n' },
  { type: 'text', delta: '世界\u2028' },
  { type: 'text', delta: '🌍 é' },
  { type: 'tool-call', id: 'a', name: 'weather' },
  { type: 'tool-arguments', id: 'a', delta: '{"city":' },
  { type: 'tool-arguments', id: 'a', delta: '"Köln"}' },
  { type: 'tool-ready', id: 'a' },
  { type: 'tool-running', id: 'a' },
  { type: 'tool-result', id: 'a', result: { sky: 'grey' } },
  { type: 'usage', usage: { inputTokens: 3, outputTokens: 9, estimated: true } },
  { type: 'done', reason: 'stop' },
];
const toFrame = (event: StreamEvent): string => encodeStopkitStream(event).trimEnd();

describeFormat({
  create: stopkitStream,
  wire: 'lines',
  frames: events.map(toFrame),
  wholeAfter: events.length,
  answer: {
    messageId: 'm-1',
    text: 'Grüße,\n世界\u2028🌍 é',
    reasoning: 'Überlegen … 思考',
    tools: [
      { name: 'weather', arguments: '{"city":"Köln"}', state: 'done', result: { sky: 'grey' } },
    ],
    usage: { inputTokens: 3, outputTokens: 9, estimated: true },
    end: 'complete: stop',
  },
  errorFrame: {
    frame: toFrame({
      type: 'error',
      error: new GenerationError('provider', 'The model fell over.'),
    }),
    sentence: 'The model fell over.',
  },
  unknownFrames: ['{"type":"weather","delta":7}', '{"type":"replayed"}'],
});

const decode = (text: string): Promise<StreamEvent[]> =>
  readEvents(stopkitStream(), bodyOf([new TextEncoder().encode(text)]));

test('what the server writes is what the client reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (deltas) => {
      // A lone surrogate is not text: JSON escapes it, so that even that comes back.
      const said: StreamEvent[] = deltas.map((delta) => ({ type: 'text', delta }));
      said.push({ type: 'done', outcome: 'stopped', by: 'remote', reason: 'operator' });
      expect(await decode(encodeStopkitStream(...said))).toEqual(said);
    }),
    { numRuns: 100 },
  );
});

test('an error arrives with its code, its sentence and when to try again, and without its cause', async () => {
  const line = encodeStopkitStream({
    type: 'error',
    error: new GenerationError('rate-limited', 'Please wait a moment.', {
      status: 429,
      retryAfterMs: 7_000,
      cause: new Error('the key sk-123 is over its quota'),
    }),
  });
  expect(line).not.toContain('sk-123');
  const [event] = await decode(line);
  if (event?.type !== 'error') throw new Error('no error was read');
  expect(event.error).toBeInstanceOf(GenerationError);
  expect(event.error).toMatchObject({
    code: 'rate-limited',
    message: 'Please wait a moment.',
    retryable: true,
    status: 429,
    retryAfterMs: 7_000,
  });
});

test('lines of another format are not taken for a silent answer', async () => {
  const [event] = await decode('{"model":"llama3","response":"Hi","done":false}\n');
  expect(event).toMatchObject({ type: 'error', error: { code: 'format' } });
});

test('a delta that is not text is a bad frame', async () => {
  const [event] = await decode('{"type":"text","delta":7}\n');
  expect(event).toMatchObject({ type: 'error', error: { code: 'format' } });
});
