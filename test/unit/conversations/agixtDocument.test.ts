import { agixtBackend } from 'stopkit/agixt';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type AgixtServer, startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { type Driver, driverHere } from './openDriver.js';

// The manual steps of the document and its automated example, in its order and its words.
const id = 'c1';
let server: AgixtServer;

beforeEach(async () => {
  server = await startAgixtServer();
});
afterEach(() => server.close());

async function openPage(): Promise<Driver> {
  const headers = { authorization: `Bearer ${server.token}` };
  const page = await driverHere(
    agixtBackend({ baseUrl: server.baseUrl, headers, webSocket: WebSocket }),
  );
  onTestFinished(page.close);
  await page.connect();
  await page.watch();
  await expect.poll(page.connection).toBe('open');
  return page;
}

const STOP_ROW = '[ACTIVITY][INFO] Conversation stopped by user.';
const LONG = { words: 900, intervalMs: 10 };
const stops = (): string[] => server.requests.filter((line) => line.endsWith('/stop'));

async function startAnswer(page: Driver): Promise<void> {
  server.nextRun(LONG);
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
}

test('1. Basic Stop Functionality', async () => {
  const page = await openPage();
  // Start a conversation with a long-running AI response
  await startAnswer(page);
  expect(await page.isActive()).toBe(true);
  // Click the stop button
  const stopped = page.stop();
  const shown = await page.text();
  // Verify the AI response stops immediately
  expect(await stopped).toMatchObject({ confirmation: 'confirmed' });
  expect(server.runs[0]?.run.cancelled).toBe(true);
  expect(await page.text()).toBe(shown);
  // Check that the conversation history shows a stop message
  expect(server.history(id).at(-1)).toMatchObject({ role: 'SYSTEM', message: STOP_ROW });
  await expect
    .poll(async () => (await page.messages()).at(-1))
    .toMatchObject({
      role: 'assistant',
      status: 'stopped',
      stopRecord: { persisted: 'backend' },
    });
});

test('2. Multiple Conversations', async () => {
  const page = await openPage();
  const statuses = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await page.infos()).map((info) => [info.id, info.status]));
  // Open multiple conversation tabs/windows; start AI responses in each
  for (const each of ['a', 'b', 'c']) server.startInBackground(each, LONG);
  await expect.poll(statuses).toMatchObject({ a: 'active', b: 'active', c: 'active' });
  // Test stopping individual conversations
  expect(await page.stopOnTheWire('b')).toMatchObject({ outcome: 'stopped' });
  await expect.poll(statuses).toMatchObject({ a: 'active', b: 'idle', c: 'active' });
  // Test stopping all conversations
  await page.stopAll();
  await expect.poll(statuses).toMatchObject({ a: 'idle', b: 'idle', c: 'idle' });
  expect(server.runs.every(({ run }) => run.cancelled)).toBe(true);
});

test('3. WebSocket Streaming', async () => {
  const page = await openPage();
  // Test stopping during streaming responses
  await startAnswer(page);
  expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
  // Verify WebSocket connection handles cancellation gracefully
  await expect.poll(async () => (await page.info())?.status).toBe('idle');
  expect(await page.connection()).toBe('open');
  await startAnswer(page);
  expect((await page.answer()).status).toBe('streaming');
});

describe('4. Edge Cases', () => {
  test('Rapid start/stop button clicking', async () => {
    const page = await openPage();
    for (let times = 1; times <= 5; times += 1) {
      await startAnswer(page);
      await Promise.all([page.stop(), page.stop(), page.stop()]);
      // One press, one request, whatever the finger does.
      expect(stops()).toHaveLength(times);
    }
    expect(server.runs.every(({ run }) => run.cancelled)).toBe(true);
    await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
  });

  test('Stopping already completed conversations', async () => {
    const page = await openPage();
    server.nextRun({ words: 2, intervalMs: 5 });
    await page.send('Hi');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    expect(await page.stop()).toBeNull();
    expect(await page.stopOnTheWire(id)).toMatchObject({
      outcome: 'idle',
      message: 'Nothing was running any more.',
    });
  });

  test('Network errors during stop requests', async () => {
    const page = await openPage();
    await startAnswer(page);
    server.failWith = 500;
    expect(await page.stop()).toMatchObject({ confirmation: 'unconfirmed' });
    // The state is reset, and the person may ask again.
    expect(await page.info()).toMatchObject({ stopping: false });
    server.failWith = null;
    expect(await page.retryStop()).toMatchObject({ confirmation: 'confirmed' });
    expect(server.runs[0]?.run.cancelled).toBe(true);
  });
});

test('Automated Testing: test_stop_conversation', async () => {
  const page = await openPage();
  // Start a conversation; simulate long-running AI task; register the conversation
  const task = server.startInBackground('test-conv-123', LONG);
  // Stop the conversation
  const success = await page.stopOnTheWire('test-conv-123');
  expect(success.outcome === 'stopped').toBe(true);
  expect(task.cancelled).toBe(true);
});
