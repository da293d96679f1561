import { createGeneration, createRunId } from 'stopkit/core';
import {
  agUi,
  aiSdk,
  anthropic,
  encodeStopkitStream,
  fetchSource,
  type Format,
  openai,
  openaiResponses,
  plainText,
  stopkitStream,
} from 'stopkit/formats';
import type { Upstream } from 'stopkit/server';
import { afterEach, describe, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

let app: App;
afterEach(() => app.close());

const data = (frame: object): string => `data: ${JSON.stringify(frame)}\n\n`;

/** Each format, and how its model says a first word. */
const FORMATS: Record<string, [Format, string]> = {
  'stopkit’s own stream': [stopkitStream(), encodeStopkitStream({ type: 'text', delta: 'One ' })],
  'Chat Completions': [openai(), data({ choices: [{ delta: { content: 'One ' } }] })],
  Responses: [
    openaiResponses(),
    data({ type: 'response.output_text.delta', item_id: 'i', content_index: 0, delta: 'One ' }),
  ],
  Messages: [
    anthropic(),
    data({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'One ' } }),
  ],
  'AG-UI': [agUi(), data({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'One ' })],
  'the AI SDK': [
    aiSdk(),
    data({ type: 'text-start', id: 't' }) + data({ type: 'text-delta', id: 't', delta: 'One ' }),
  ],
  'plain text': [plainText(), 'One '],
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe.each(Object.entries(FORMATS))('in %s', (name, [format, word]) => {
  /** A page that reads the answer of this model. */
  async function read(upstream: Upstream) {
    app = await startApp({ describe: () => ({ format, upstream }) });
    const runId = createRunId();
    const generation = createGeneration<string>({
      source: fetchSource({
        url: `${app.url}/chat`,
        format,
        body: () => ({ runId, conversationId: 'talk' }),
      }),
    });
    return { runId, generation, over: generation.start('Hi') };
  }

  // Plain text has no word for it: it is cut, so that nobody takes the part for the whole.
  const told =
    name === 'plain text'
      ? { status: 'error', text: 'One ', error: { code: 'interrupted' } }
      : { status: 'stopped', text: 'One ', stopRecord: { by: 'remote', reason: 'operator' } };
  test('a stop from elsewhere is told in the middle of an answer', async () => {
    const { runId, generation, over } = await read(async function* model({ signal }) {
      yield word;
      await whenAborted(signal);
    });
    await expect.poll(() => generation.getSnapshot().text).toBe('One ');
    await app.runs.stop({ runId, reason: 'operator' });
    expect(await over).toMatchObject(told);
  });

  test('a limit that has ended an answer is told with its size', async () => {
    app = await startApp({
      autoStop: { totalMs: 40 },
      describe: () => ({
        format,
        upstream: async function* model({ signal }) {
          yield word;
          await whenAborted(signal);
        },
      }),
    });
    const source = fetchSource<string>({ url: `${app.url}/chat`, format, body: () => ({}) });
    const settled = await createGeneration({ source }).start('Hi');
    // Plain text has no word for it.
    if (name === 'plain text') expect(settled.status).toBe('error');
    else expect(settled.stopRecord).toMatchObject({ reason: 'total-time', limit: 40 });
  });

  test('a stop from elsewhere is told before the first word', async () => {
    const { runId, over } = await read(async ({ signal }) => {
      await whenAborted(signal);
      throw signal.reason;
    });
    await expect.poll(async () => (await app.runs.active()).map(({ id }) => id)).toEqual([runId]);
    await app.runs.stop({ runId, reason: 'operator' });
    expect(await over).toMatchObject({
      status: 'stopped',
      text: '',
      stopRecord: { by: 'remote', reason: 'operator' },
    });
  });
});
