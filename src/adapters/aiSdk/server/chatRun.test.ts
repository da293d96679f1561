import { createUIMessageStream } from 'ai';
import { expect, test, vi } from 'vitest';
import { createRuns } from '../../../server/index.js';
import { chatRun } from './chatRun.js';

test('a message that an app wrote by hand has an end, and is kept as complete', async () => {
  const settled: { outcome: string; text: string }[] = [];
  const runs = createRuns({
    authorize: () => ({ userId: 'ada' }),
    onSettled: ({ outcome, text }) => settled.push({ outcome, text }),
  });
  const canned = createUIMessageStream({
    execute({ writer }) {
      writer.write({ type: 'text-start', id: '1' });
      writer.write({ type: 'text-delta', id: '1', delta: 'Canned.' });
      writer.write({ type: 'text-end', id: '1' });
    },
  });
  const response = await runs.response(new Request('http://localhost/chat', { method: 'POST' }), {
    userId: 'ada',
    ...chatRun({ messages: [], stream: () => canned }),
  });
  const frames = (await response.text()).trim().split('\n\n');
  expect(frames.slice(-2)).toEqual(['data: {"type":"finish"}', 'data: [DONE]']);
  expect(settled).toEqual([{ outcome: 'complete', text: 'Canned.' }]);
});

test('a stop that comes while the stream is still being made lets go of it', async () => {
  let made: (stream: ReadableStream<unknown>) => void = () => undefined;
  const cancelled = vi.fn();
  const runs = createRuns({ authorize: () => ({ userId: 'ada' }) });
  const response = runs.response(new Request('http://localhost/chat', { method: 'POST' }), {
    runId: 'run-00000001',
    userId: 'ada',
    ...chatRun({
      messages: [],
      stream: () =>
        new Promise((resolve) => {
          made = resolve;
        }),
    }),
  });
  await vi.waitFor(async () => expect(await runs.active()).toHaveLength(1));
  await runs.stop({ runId: 'run-00000001' });
  made(new ReadableStream({ cancel: cancelled }));
  await vi.waitFor(() => expect(cancelled).toHaveBeenCalledOnce());
  await response;
});
