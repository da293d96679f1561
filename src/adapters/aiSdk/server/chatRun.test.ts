import {
  asSchema,
  convertToModelMessages,
  createUIMessageStream,
  jsonSchema,
  simulateReadableStream,
  streamText,
  tool,
  type UIMessage,
  uiMessageChunkSchema,
} from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect, test, vi } from 'vitest';
import { createRuns, type RunSettled } from '../../../server/index.js';
import { settleMessages } from '../settleMessages.js';
import { chatRun } from './chatRun.js';
import { withAnswer } from './withAnswer.js';

/** A chat in which the person was asked whether a mail may be sent, and has said so or so. */
const asked = (approved: boolean): UIMessage[] => [
  { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'Tell Ada.' }] },
  {
    id: 'm2',
    role: 'assistant',
    metadata: { stopkit: { runId: 'run-00000000' } },
    parts: [
      { type: 'text', text: 'I will. ', state: 'done' },
      {
        type: 'tool-mail',
        toolCallId: 'c1',
        state: 'approval-responded',
        input: { to: 'Ada' },
        approval: { id: 'a1', approved },
      },
    ],
  },
];

/** What is stored when the SDK has gone on with this chat. */
async function goOn(messages: UIMessage[]): Promise<UIMessage[]> {
  const settled: RunSettled[] = [];
  const runs = createRuns({
    authorize: () => ({ userId: 'ada' }),
    onSettled: (run) => settled.push(run),
  });
  const usage = {
    inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 6, text: 6, reasoning: 0 },
  };
  const model = new MockLanguageModelV3({
    doStream: () =>
      Promise.resolve({
        stream: simulateReadableStream({
          chunks: [
            { type: 'stream-start', warnings: [] },
            { type: 'text-start', id: 't' },
            { type: 'text-delta', id: 't', delta: 'Done.' },
            { type: 'text-end', id: 't' },
            { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
          ],
          chunkDelayInMs: null,
        }),
      }),
  });
  const response = await runs.response(new Request('http://localhost/chat', { method: 'POST' }), {
    userId: 'ada',
    ...chatRun({
      messages,
      stream: async ({ messages: settledMessages }) =>
        streamText({
          model,
          messages: await convertToModelMessages(settledMessages),
          tools: {
            mail: tool({
              inputSchema: jsonSchema<{ to: string }>({
                type: 'object',
                properties: { to: { type: 'string' } },
              }),
              needsApproval: true,
              execute: ({ to }) => `Sent to ${to}.`,
            }),
          },
        }),
    }),
  });
  await response.text();
  const [run] = settled;
  return run === undefined ? [] : withAnswer(messages, run);
}

test.each([
  [true, { state: 'output-available', output: 'Sent to Ada.' }],
  [false, { state: 'output-denied' }],
])(
  'the result of a tool that the person was asked about is stored (allowed: %s)',
  async (isAllowed, result) => {
    const stored = await goOn(asked(isAllowed));
    expect(stored[1]?.parts).toMatchObject([
      { type: 'text', text: 'I will. ' },
      { type: 'tool-mail', toolCallId: 'c1', input: { to: 'Ada' }, ...result },
      { type: 'step-start' },
      { type: 'text', text: 'Done.' },
    ]);
    // Nothing is left for the next turn to call cancelled.
    expect(settleMessages([...stored, ...asked(true)])[1]).toBe(stored[1]);
  },
);

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

test('a chat whose server is shut down is told why in a part that the SDK can read', async () => {
  const runs = createRuns({ authorize: () => ({ userId: 'ada' }) });
  const response = await runs.response(new Request('http://localhost/chat', { method: 'POST' }), {
    userId: 'ada',
    ...chatRun({
      messages: [],
      stream: () =>
        new ReadableStream({
          start: (controller) => controller.enqueue({ type: 'text-start', id: '1' }),
        }),
    }),
  });
  const answer = response.text();
  await vi.waitFor(async () => expect(await runs.active()).toHaveLength(1));
  await runs.close();
  const frame = (await answer).trim().split('\n\n').at(-1) ?? '';
  const part: unknown = JSON.parse(frame.replace('data: ', ''));
  expect(await asSchema(uiMessageChunkSchema).validate?.(part)).toMatchObject({
    success: true,
    value: { type: 'error', errorText: 'The server was shut down. Try again.' },
  });
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

test('what is stored inside `stream` is untouched by a second tab whose question is refused', async () => {
  const runs = createRuns({ authorize: () => ({ userId: 'ada' }) });
  let stored: readonly UIMessage[] = [];
  const post = (runId: string, messages: UIMessage[]): Promise<Response> =>
    runs.response(new Request('http://localhost/chat', { method: 'POST' }), {
      runId,
      userId: 'ada',
      conversationId: 'chat-1',
      ...chatRun({
        messages,
        stream() {
          stored = messages;
          return new ReadableStream({
            start: (out) => out.enqueue({ type: 'text-delta', id: 't', delta: 'Half' }),
          });
        },
      }),
    });
  const ask = (text: string): UIMessage[] => [
    { id: 'q1', role: 'user', parts: [{ type: 'text', text }] },
  ];
  const first = await post('run-00000001', ask('A?'));
  const second = await post('run-00000002', ask('B?'));
  expect([first.status, second.status]).toEqual([200, 409]);
  expect(stored).toEqual(ask('A?'));
  await first.body?.cancel();
  await runs.close();
});
