import { dispatchBackend } from 'stopkit/dispatch';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { words } from '../../servers/dispatch/script.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';
import { holdable } from '../../servers/holdable.js';
import { describeDispatch } from './describeDispatch.js';
import { openAtSecondAnswer, openAtSentText, openHandheldDispatch } from './handheldDispatch.js';
import { driverHere } from './openDriver.js';

describeDispatch(({ baseUrl, socketUrl }) =>
  driverHere(dispatchBackend({ baseUrl, socketUrl, webSocket: WebSocket }), 400),
);

test('where the list is polled, a stop that overtakes its text is asked again until it stops the turn', async () => {
  const server = await startDispatchServer();
  onTestFinished(server.close);
  server.nextTurn(words(10_000, 20));
  const slow = holdable();
  const arrive = slow.hold('before it is read');
  let hasLeft = false;
  const backend = dispatchBackend({
    baseUrl: server.baseUrl,
    webSocket: null,
    async fetch(input, init) {
      if (input !== `${server.baseUrl}/chat`) return fetch(input, init);
      hasLeft = true;
      await slow.pass('before it is read');
      // What has left the page arrives, also when nobody reads the answer any more.
      const { signal: _, ...rest } = init ?? {};
      return fetch(input, rest);
    },
  });
  const page = await driverHere(backend);
  onTestFinished(() => page.close());
  await page.connect();
  await page.send('Hi');
  await expect.poll(() => hasLeft).toBe(true);
  const stopped = page.stop();
  await expect.poll(() => server.requests).toContain('POST /conversations/c1/stop');
  arrive();
  await stopped;
  await expect.poll(() => server.said).toEqual(['c1 active', 'c1 idle']);
});

test('a Stop reaches an answer that began before the one before was told to be over', async () => {
  const { page, begins, writes, status, pass, stops } = await openAtSecondAnswer();
  await begins('t2', 'Two?');
  await status('idle');
  await writes('t2', 'Two.');
  void page.stop();
  await pass(20);
  expect(stops()).toBe(1);
});

test('a text waits for the answer that was stopped, not for a late word about the one before', async () => {
  const { page, begins, writes, ends, status, send, pass, sends } = await openAtSecondAnswer(300);
  await begins('t2', 'Two?');
  await writes('t2', 'Two.');
  void page.stop();
  await pass(20);
  await status('idle');
  await send('Three?');
  await pass(10_000);
  expect(sends).toEqual(['One?', 'Two?']);
  await ends('t2', 'aborted');
  await status('idle');
  expect(sends).toEqual(['One?', 'Two?', 'Three?']);
});

for (const when of ['before', 'after'] as const) {
  test(`an answer streams on when the one before is told to be over just ${when} its first word`, async () => {
    const { page, begins, writes, status, pass } = await openAtSecondAnswer();
    if (when === 'before') await status('idle');
    await begins('t2', 'Two?');
    if (when === 'after') await status('idle');
    for (const word of ['Two', ' and', ' more']) {
      await writes('t2', word);
      await pass(2_000);
    }
    expect(await page.answer()).toMatchObject({ status: 'streaming', text: 'Two and more' });
  });
}

type Handheld = Awaited<ReturnType<typeof openHandheldDispatch>>;

/** The answer ends where this page does not look any more; it hears of it all the same. */
async function isIdleAtItsEnd({ page, endsUnheard, pass }: Handheld): Promise<void> {
  await endsUnheard();
  await pass(5_000);
  expect(await page.info()).toMatchObject({ status: 'idle' });
}

test('a conversation that is looked at no more is idle when its answer is over, whatever was still on its way', async () => {
  const dispatch = await openHandheldDispatch();
  await dispatch.page.leaveLast();
  await dispatch.writes('t1', ' More.');
  await isIdleAtItsEnd(dispatch);
});

test('a conversation that is left right after a text was sent is idle when its answer is over', async () => {
  const dispatch = await openAtSentText();
  await dispatch.page.leaveLast();
  await dispatch.begins('t2', 'Mine?');
  await isIdleAtItsEnd(dispatch);
});

test('an answer that nobody looks at is over when it is said to be so after a cut', async () => {
  const dispatch = await openAtSentText();
  await dispatch.page.leaveLast();
  await dispatch.begins('t2', 'Mine?');
  await dispatch.cut();
  expect(await dispatch.page.info()).toMatchObject({ status: 'active' });
  await isIdleAtItsEnd(dispatch);
});

test('a text that waits for a stop leaves when the stopped answer is put away, not at its last word', async () => {
  const { page, tell, status, send, pass, sends } = await openHandheldDispatch();
  void page.stop();
  await send('Two?');
  await tell('t1', 'done', { reason: 'aborted' });
  // What it cost is stored before it is sealed, and until then the next text is refused.
  await pass(1_000);
  expect(sends).toEqual(['One?']);
  await tell('t1', 'turn-sealed');
  await status('idle');
  expect(sends).toEqual(['One?', 'Two?']);
});

test('a text that waits for a stop leaves two seconds after the last word of the stopped answer when nothing more is heard', async () => {
  const { page, tell, send, pass, sends } = await openHandheldDispatch();
  void page.stop();
  await send('Two?');
  await tell('t1', 'done', { reason: 'aborted' });
  await pass(2_000);
  expect(sends).toEqual(['One?', 'Two?']);
});

test('what a stop releases from the queue is stopped too, and is no answer to the text that waits', async () => {
  const { page, begins, writes, ends, status, send, sends, stops } = await openHandheldDispatch();
  void page.stop();
  await send('Two?');
  await ends('t1', 'aborted');
  await begins('tq', 'Queued?');
  await writes('tq', 'To the queued one.');
  expect((await page.messages()).map(({ text }) => text)).toEqual(['One?', 'One.', 'Two?', '']);
  expect(stops()).toBe(2);
  await ends('tq', 'aborted');
  await status('idle');
  expect(sends).toEqual(['One?', 'Two?']);
});

test('an answer that begins long after a stopped one was over is nothing that the stop released', async () => {
  const { page, begins, writes, ends, pass, stops } = await openHandheldDispatch();
  void page.stop();
  await pass(20);
  await ends('t1', 'aborted');
  await pass(2_000);
  await begins('t2', 'From elsewhere?');
  await writes('t2', 'Two.');
  expect(stops()).toBe(1);
  expect(await page.answer()).toMatchObject({ status: 'streaming', text: 'Two.' });
});

test('Stop while a text still waits for the stop before gives the text back, and the next one waits as well', async () => {
  const { page, ends, status, send, pass, sends } = await openHandheldDispatch(200);
  void page.stop();
  await pass(300);
  await send('Two?');
  expect(await page.answer()).toMatchObject({ status: 'connecting' });
  expect(await page.stop()).toMatchObject({ unsent: true });
  await send('Three?');
  await pass(10_000);
  expect(sends).toEqual(['One?']);
  await ends('t1', 'aborted');
  await status('idle');
  expect(sends).toEqual(['One?', 'Three?']);
});

test('a text that is refused because another device was faster fails, and the answer of that one stands under its own question', async () => {
  const { page, status, begins, refuses, writes } = await openAtSentText();
  await status('active');
  await begins('t2', 'Theirs?');
  refuses();
  await writes('t2', 'To theirs.');
  expect((await page.messages()).map(({ text, status: how }) => [text, how])).toEqual([
    ['One?', 'complete'],
    ['One.', 'complete'],
    ['Mine?', 'complete'],
    ['', 'error'],
    ['To theirs.', 'streaming'],
  ]);
});

test('a text that is refused is told to be so because another answer is being written', async () => {
  const { page, refuses, pass } = await openAtSentText();
  refuses();
  await pass(20);
  expect(await page.answer()).toMatchObject({ status: 'error', error: { code: 'busy' } });
});

test('Stop before a text is refused stops nobody else', async () => {
  const { page, begins, refuses, pass, stops } = await openAtSentText();
  await begins('t2', 'Theirs?');
  void page.stop();
  refuses();
  await pass(10_000);
  expect(stops()).toBe(0);
});

test('a text that follows the short answer to another device has its own answer', async () => {
  const { page, ends, status, begins, writes, pass } = await openAtSentText();
  await begins('t2', 'Theirs?');
  await writes('t2', 'To theirs.');
  await ends('t2', 'stop');
  await begins('t3', 'Mine?');
  await status('idle');
  await writes('t3', 'To mine.');
  await pass(10_000);
  expect((await page.messages()).at(-1)).toMatchObject({ text: 'To mine.', status: 'streaming' });
  expect(await page.info()).toMatchObject({ status: 'active' });
});
