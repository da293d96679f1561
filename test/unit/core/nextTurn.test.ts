import {
  createGeneration,
  type Generation,
  type Snapshot,
  type StreamEvent,
  toMessages,
} from 'stopkit/core';
import { anthropic, fetchSource, type Format, openaiResponses } from 'stopkit/formats';
import { scriptedSource } from 'stopkit/testing';
import { expect, test, vi } from 'vitest';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** An event as a model writes it. */
type Frame = { type: string } & Record<string, unknown>;

/** Server-sent events as a model writes them, and then nothing more. */
async function* bodyOf(frames: readonly Frame[]): AsyncGenerator<Uint8Array> {
  const text = frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`);
  yield new TextEncoder().encode(text.join(''));
  yield await never();
}

/** Stops an answer of which these frames have come, when the page shows what is awaited. */
async function stopAfter(
  format: Format,
  frames: readonly Frame[],
  isShown: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  const generation = createGeneration<string>({ source: () => format.decode(bodyOf(frames)) });
  const settled = generation.start('Why?');
  await expect.poll(() => isShown(generation.getSnapshot())).toBe(true);
  await generation.stop();
  return settled;
}

const thinking = [
  { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 9 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hidden' } },
];
const signed = [
  ...thinking,
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Because' } },
];
const thought = (snapshot: Snapshot): boolean => snapshot.parts[0]?.type === 'reasoning';

test('D5: a thought that a stop cut off is not sent back, so no signature can be missing', async () => {
  const stopped = await stopAfter(anthropic(), thinking, thought);
  expect(stopped.parts).toMatchObject([{ type: 'reasoning', text: 'Hidden', open: false }]);
  expect(toMessages([{ role: 'user', text: 'Why?' }, stopped])).toEqual([
    { role: 'user', text: 'Why?' },
  ]);
});

test('D5: after a signed thought only the words are sent back', async () => {
  const stopped = await stopAfter(anthropic(), signed, ({ text }) => text === 'Because');
  expect(toMessages([stopped])).toEqual([{ role: 'assistant', text: 'Because', toolCalls: [] }]);
});

test('D6: a stopped answer is sent back without the ids of its items, so none can be an orphan', async () => {
  const item = (index: number, more: object) => ({
    type: 'response.output_item.added',
    output_index: index,
    item: more,
  });
  const call = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'weather' };
  const stopped = await stopAfter(
    openaiResponses(),
    [
      { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } },
      item(0, { id: 'rs_1', type: 'reasoning', summary: [] }),
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hidden' },
      item(1, { id: 'msg_1', type: 'message', content: [] }),
      { type: 'response.output_text.delta', output_index: 1, delta: 'Because' },
      item(2, { ...call, arguments: '', status: 'in_progress' }),
    ],
    ({ parts }) => parts.some(({ type }) => type === 'tool-call'),
  );
  const sent = JSON.stringify(toMessages([stopped]));
  expect(sent).toContain('Because');
  expect(sent).not.toMatch(/rs_1|msg_1|fc_1|resp_1|Hidden/);
});

const tool = (id: string): StreamEvent[] => [
  { type: 'tool-call', id, name: 'search', arguments: '{}' },
  { type: 'tool-ready', id },
  { type: 'tool-running', id },
];

test('D4: a tool that a stop cut off is told as cancelled, also when its result comes later', async () => {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  void generation.start('Search');
  source.say(...tool('t1'));
  await expect.poll(() => generation.getSnapshot().parts).toHaveLength(1);
  await generation.stop();
  source.say({ type: 'tool-result', id: 't1', result: 'found' });
  await new Promise((resolve) => setImmediate(resolve));
  const stopped = generation.getSnapshot();
  expect(stopped.parts).toMatchObject([{ state: 'cancelled', started: true }]);
  const [, results] = toMessages([stopped]);
  expect(results).toMatchObject({ role: 'tool', results: [{ toolCallId: 't1', failed: true }] });
  expect(JSON.stringify(results)).not.toContain('found');
});

test('I1: a tool that ignores its signal holds no stop up, its late result is dropped, and no other begins', async () => {
  const begun: string[] = [];
  let finish: (result: string) => void = () => undefined;
  const left = vi.fn();
  const generation: Generation<string> = createGeneration({
    async *source({ input }): AsyncGenerator<StreamEvent> {
      if (input === 'Next') {
        yield { type: 'text', delta: 'Here' };
        return;
      }
      try {
        for (const id of ['t1', 't2', 't3']) {
          for (const event of tool(id)) yield event;
          begun.push(id);
          const result = await new Promise<string>((resolve) => (finish = resolve));
          yield { type: 'tool-result', id, result };
        }
      } finally {
        left();
      }
    },
  });
  const settled = generation.start('Search');
  await expect.poll(() => begun).toEqual(['t1']);
  await generation.stop();
  expect((await settled).parts).toMatchObject([{ id: 't1', state: 'cancelled', started: true }]);
  expect((await generation.start('Next')).text).toBe('Here');
  finish('late');
  await expect.poll(() => left.mock.calls).toHaveLength(1);
  expect(begun).toEqual(['t1']);
  expect(generation.getSnapshot()).toMatchObject({ status: 'complete', text: 'Here' });
});

test('B11: a send and a stop settle though the body never ends and its clean-up never does', async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('One ')),
    cancel: () => never(),
  });
  const generation = createGeneration({
    source: fetchSource<string>({
      url: 'http://localhost/chat',
      fetch: () =>
        Promise.resolve(new Response(body, { headers: { 'content-type': 'text/plain' } })),
    }),
    requestStop: () => never(),
    confirmWithinMs: 50,
  });
  const settled = generation.start('Why?');
  await expect.poll(() => generation.getSnapshot().text).toBe('One ');
  const startedAt = performance.now();
  expect(await generation.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  expect(await settled).toMatchObject({ status: 'stopped', text: 'One ' });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
