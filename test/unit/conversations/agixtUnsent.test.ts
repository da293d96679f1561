import { agixtBackend } from 'stopkit/agixt';
import { expect, onTestFinished, test } from 'vitest';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { holdable } from '../../servers/holdable.js';
import { openDriver } from './openDriver.js';

const COMPLETION = 'POST /v1/chat/completions';

/** A page whose key is out of date, or is being fetched, when a text is sent. */
async function open() {
  const server = await startAgixtServer();
  onTestFinished(server.close);
  const keys = { heldAttempt: 0, held: 0, isOld: false };
  const replies = holdable();
  let give: () => void = () => undefined;
  const page = openDriver(
    agixtBackend({
      baseUrl: server.baseUrl,
      webSocket: null,
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (response.url.endsWith('/completions')) await replies.pass('after it was read');
        return response;
      },
      async headers({ attempt }) {
        if (attempt === keys.heldAttempt) {
          keys.heldAttempt = 0;
          keys.held += 1;
          await new Promise<void>((resolve) => (give = resolve));
        }
        const isOld = attempt === 1 && keys.isOld;
        return { authorization: `Bearer ${isOld ? 'old' : server.token}` };
      },
    }),
  );
  onTestFinished(page.close);
  return { server, page, keys, replies, give: () => give() };
}

test('a stop while the key of a text is fetched gives the text back, and asks nobody', async () => {
  const { server, page, keys, give } = await open();
  keys.heldAttempt = 1;
  page.send('Hi');
  await expect.poll(() => keys.held).toBe(1);
  expect(await page.stop()).toMatchObject({ unsent: true, confirmation: 'not-asked' });
  give();
  // The same way to the server and back: what was going to leave has left.
  await page.refresh();
  expect(server.requests).toEqual(['GET /v1/conversations/active']);
});

test('a stop while a refused key is replaced sends the text to nobody, and the next one has its answer', async () => {
  const { server, page, keys, give } = await open();
  const timestamp = '2026-01-01T00:00:00';
  server
    .history('c1')
    .push(
      { id: 'q', role: 'USER', message: 'Before', timestamp },
      { id: 'a', role: 'XT', message: 'Yes', timestamp },
    );
  keys.isOld = true;
  keys.heldAttempt = 2;
  page.send('Hi');
  await expect.poll(() => keys.held).toBe(1);
  keys.isOld = false;
  expect(await page.stop()).toMatchObject({
    confirmation: 'confirmed',
    message: 'The text had not been sent.',
  });
  await page.refresh();
  expect(page.info()).toMatchObject({ status: 'idle', stopping: false });
  give();
  await page.refresh();
  expect(server.requests.filter((line) => line.startsWith('POST'))).toEqual([COMPLETION]);
  expect(server.runs).toEqual([]);
  server.nextRun({ words: 2, intervalMs: 10 });
  page.send('And now?');
  await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'word0 word1 ' });
  await page.readHistory();
  expect(page.messages().map(({ text }) => text)).toEqual([
    'Before',
    'Yes',
    'Hi',
    '',
    'And now?',
    'word0 word1 ',
  ]);
});

test('a text that was stopped on its way is not sent again with a fresh key when the first was refused', async () => {
  const { server, page, keys, replies } = await open();
  const letGo = replies.hold('after it was read');
  keys.isOld = true;
  page.send('Hi');
  await expect.poll(() => server.requests).toContain(COMPLETION);
  keys.isOld = false;
  const stopped = page.stop();
  await expect.poll(() => server.requests).toContain('POST /v1/conversation/c1/stop');
  letGo();
  await stopped;
  await page.refresh();
  expect(server.requests.filter((line) => line === COMPLETION)).toHaveLength(1);
  expect(server.runs).toEqual([]);
});

test('a key that cannot be had is told once, as what keeps the text from leaving', async () => {
  let asked = 0;
  const page = openDriver(
    agixtBackend({
      baseUrl: 'http://agixt.invalid',
      webSocket: null,
      headers() {
        asked += 1;
        throw new Error('no key');
      },
    }),
  );
  page.send('Hi');
  await expect.poll(page.answer).toMatchObject({
    status: 'error',
    error: { code: 'unauthorized', message: 'Your sign-in could not be checked.' },
  });
  expect(asked).toBe(1);
});
