import { openai } from 'stopkit/formats';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

let app: App;
afterEach(() => app.close());

const say = (text: string): string =>
  `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;

test.each([
  ['with its last word is a whole answer', [say(' world') + 'data: [DONE]\n\n'], 'complete'],
  ['is stopped, and has the words it was stopped at', [say(' world'), say('!')], 'stopped'],
])(
  'an answer that spends its budget %s, on the page as where it is kept',
  async (_, chunks, outcome) => {
    app = await startApp({
      autoStop: { characters: 8 },
      describe: () => ({
        format: openai(),
        contentType: 'text/event-stream',
        async *upstream() {
          yield say('Hello');
          for (const chunk of chunks) {
            // A chunk of its own for each.
            await new Promise((resolve) => setImmediate(resolve));
            yield chunk;
          }
        },
      }),
    });
    const page = await (await app.send({})).text();
    const words = [...page.matchAll(/"content":"([^"]*)"/g)].map(([, word]) => word);
    expect(words.join('')).toBe('Hello world');
    expect(page.includes('[DONE]')).toBe(outcome === 'complete');
    expect(page.includes('"outcome":"stopped"')).toBe(outcome === 'stopped');
    expect(app.settled).toMatchObject([{ outcome, text: 'Hello world' }]);
  },
);

test('the words that spend the budget of a plain text answer reach the page before its connection is cut', async () => {
  app = await startApp({
    autoStop: { characters: 8 },
    describe: () => ({
      contentType: 'text/plain; charset=utf-8',
      async *upstream() {
        yield 'Hello';
        await new Promise((resolve) => setImmediate(resolve));
        yield ' world';
        yield '!';
      },
    }),
  });
  const { body } = await app.send({});
  const decoder = new TextDecoder();
  let text = '';
  const read = async (): Promise<void> => {
    for await (const bytes of body ?? []) text += decoder.decode(bytes);
  };
  await expect(read()).rejects.toThrow();
  expect(text).toBe('Hello world');
  expect(app.settled).toMatchObject([{ outcome: 'stopped', text: 'Hello world' }]);
});
