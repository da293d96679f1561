import { agixtBackend } from 'stopkit/agixt';
import { createConversations } from 'stopkit/core';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { describeAgixt } from './describeAgixt.js';
import { driverHere } from './openDriver.js';

describeAgixt(({ baseUrl, token }) => {
  const headers = { authorization: `Bearer ${token}` };
  return driverHere(agixtBackend({ baseUrl, headers, webSocket: WebSocket }));
});

test('Stop while a text still waits for the answer to the stop before gives the text back', async () => {
  const server = await startAgixtServer();
  onTestFinished(server.close);
  const { baseUrl, token } = server;
  const headers = { authorization: `Bearer ${token}` };
  const page = await driverHere(agixtBackend({ baseUrl, headers, webSocket: WebSocket }), 200);
  onTestFinished(() => page.close());
  await page.connect();
  server.nextRun({ words: 900, intervalMs: 10 });
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
  onTestFinished(server.holdStops());
  expect(await page.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  await page.send('And now?');
  expect(await page.answer()).toMatchObject({ status: 'connecting' });
  expect(await page.stop()).toMatchObject({ unsent: true });
  expect(server.runs).toHaveLength(1);
});

test('who begins to listen before another has left goes on hearing', async () => {
  const server = await startAgixtServer();
  onTestFinished(server.close);
  const headers = { authorization: `Bearer ${server.token}` };
  const backend = agixtBackend({ baseUrl: server.baseUrl, headers, webSocket: WebSocket });
  const [before, after] = [createConversations({ backend }), createConversations({ backend })];
  const leave = before.connect();
  onTestFinished(after.connect());
  leave();
  await expect.poll(() => after.getSnapshot().connection).toBe('open');
  server.startInBackground('c1', { words: 100, intervalMs: 10 });
  await expect
    .poll(() => after.getSnapshot().conversations.get('c1')?.status, { interval: 20 })
    .toBe('active');
});
