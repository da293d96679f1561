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
