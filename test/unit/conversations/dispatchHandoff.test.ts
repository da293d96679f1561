import { type DispatchBackend, dispatchBackend } from 'stopkit/dispatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { commandHere } from '../../e2e/conversations/commandHere.js';
import { heldScript, type HeldScript } from '../../servers/dispatch/script.js';
import {
  type DispatchServer,
  startDispatchServer,
} from '../../servers/dispatch/startDispatchServer.js';
import { type Driver, driverHere } from './openDriver.js';

// The sentences are those of the handoff, in its order: each is a step of one conversation's life.
const id = 'c1';
let server: DispatchServer;
let page: Driver;
let backend: DispatchBackend;
let held: HeldScript;

beforeEach(async () => {
  server = await startDispatchServer();
  server.traps[1] = false;
  const { baseUrl, socketUrl } = server;
  backend = dispatchBackend({ baseUrl, socketUrl, webSocket: WebSocket });
  page = await driverHere(backend, 60_000);
  await page.connect();
  await page.watch();
  await expect.poll(page.connection).toBe('open');
});
afterEach(async () => {
  await page.close();
  await server.close();
});

async function startTurn(): Promise<void> {
  held = heldScript();
  server.nextTurn(held.script);
  await page.send('Hi');
  held.say({ type: 'text', delta: 'Hello' });
  await expect.poll(page.text).toBe('Hello');
}

const status = async () => (await page.info())?.status;
const stops = (): string[] => server.requests.filter((line) => line.endsWith('/stop'));
const isOver = () => expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
const stopRaw = async (): Promise<unknown> =>
  (await fetch(`${server.baseUrl}/conversations/${id}/stop`, { method: 'POST' })).json();

test('A "stop" button: aborts an in-flight generation without closing the conversation.', async () => {
  await startTurn();
  await page.stop();
  await isOver();
  expect(server.said).not.toContain(`${id} closed`);
});

test('The conversation stays open — it transitions `active → idle` via the normal turn-settle path.', async () => {
  await startTurn();
  await page.stop();
  await expect.poll(status).toBe('idle');
  await expect.poll(() => server.said).toEqual([`${id} active`, `${id} idle`]);
  await startTurn();
  expect(await status()).toBe('active');
});

test('Partial messages are persisted.', async () => {
  await startTurn();
  await page.stop();
  await isOver();
  expect(server.conversation(id).chunks.map(({ chunk }) => chunk.text)).toEqual(['Hi', 'Hello']);
});

test('The turn seals with `finishReason: "aborted"`.', async () => {
  await startTurn();
  await page.stop();
  await expect.poll(page.answer).toMatchObject({
    status: 'stopped',
    stopRecord: { confirmation: 'confirmed' },
  });
});

test('This is distinct from `POST /conversations/:id/close` which marks the conversation as `closed` (tab dismiss).', async () => {
  await startTurn();
  expect(await backend.close(id)).toEqual({ outcome: 'stopping' });
  await isOver();
  await expect.poll(status).toBe('closed');
  expect(stops()).toEqual([]);
  expect(await backend.close(id)).toMatchObject({ outcome: 'idle' });
});

test('200 response: `{ conversationId: string, abortedTurn: boolean }`; `abortedTurn: true` — a turn was active and has been aborted.', async () => {
  await startTurn();
  expect(await stopRaw()).toEqual({ conversationId: id, abortedTurn: true });
  await isOver();
});

test('`abortedTurn: false` — no active turn (no-op, conversation was already idle).', async () => {
  expect(await stopRaw()).toEqual({ conversationId: id, abortedTurn: false });
  expect(await page.stopOnTheWire(id)).toMatchObject({ outcome: 'idle' });
});

test('Idempotent — stopping an idle conversation is safe.', async () => {
  await startTurn();
  await page.stop();
  await expect.poll(status).toBe('idle');
  const before = await page.messages();
  for (let times = 0; times < 3; times += 1) await page.stopOnTheWire(id);
  expect(await status()).toBe('idle');
  expect(await page.messages()).toEqual(before);
});

test('1. The `done` event arrives with `reason: "aborted"` (the turn sealed normally). 2. The `conversation.statusChanged` WS message arrives with `status: "idle"`.', async () => {
  const heard: string[] = [];
  const socket = new WebSocket(server.socketUrl);
  await new Promise((resolve) => socket.once('open', resolve));
  socket.on('message', (data: Buffer) => {
    const {
      type,
      status: word,
      event,
    } = JSON.parse(data.toString()) as {
      type: string;
      status?: string;
      event?: { type: string; reason?: string };
    };
    if (event?.type === 'done') heard.push(`done ${event.reason ?? ''}`);
    if (event?.type === 'turn-sealed') heard.push('turn-sealed');
    if (type === 'conversation.statusChanged') heard.push(word ?? '');
  });
  socket.send(JSON.stringify({ type: 'chat.subscribe', conversationId: id }));
  await startTurn();
  await page.stop();
  await expect.poll(() => heard).toEqual(['active', 'done aborted', 'turn-sealed', 'idle']);
  socket.terminate();
});

test('3. The FE should reload history via `GET /conversations/:id` to see the partial messages that were persisted before the abort.', async () => {
  await startTurn();
  await page.stop();
  await expect.poll(page.messages).toMatchObject([
    { role: 'user', text: 'Hi' },
    { role: 'assistant', text: 'Hello', status: 'stopped' },
  ]);
  await expect.poll(() => server.requests.at(-1)).toBe(`GET /conversations/${id}`);
});

test('Stop button in the conversation toolbar (only visible when `status: "active"`).', async () => {
  expect(await page.isActive()).toBe(false);
  await startTurn();
  expect([await status(), await page.isActive()]).toEqual(['active', true]);
  await page.stop();
  await expect.poll(status).toBe('idle');
  expect(await page.isActive()).toBe(false);
});

test('On click → `POST /conversations/:id/stop`.', async () => {
  await startTurn();
  await page.stop();
  expect(stops()).toEqual([`POST /conversations/${id}/stop`]);
});

test('Disable the button after clicking (wait for the `done` event + `statusChanged: idle` before re-enabling).', async () => {
  server.traps[1] = true;
  await startTurn();
  const stopped = page.stop();
  await expect.poll(stops).toHaveLength(1);
  // The provider says nothing: there is no done yet, and another press asks nobody.
  void page.stop();
  expect(await page.info()).toMatchObject({ status: 'active', stopping: true });
  expect(stops()).toHaveLength(1);
  held.say({ type: 'text', delta: ' world' });
  await stopped;
  await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
  // The next turn can be stopped again.
  server.traps[1] = false;
  await startTurn();
  await page.stop();
  expect(stops()).toHaveLength(2);
});

test('Handle the response: `abortedTurn: true` means the stop worked.', async () => {
  await startTurn();
  expect(await page.stop()).toMatchObject({ confirmation: 'confirmed', by: 'user' });
});

test('`abortedTurn: false` means there was nothing to stop (the turn may have already finished between the click and the request).', async () => {
  await startTurn();
  // Its end does not reach the page before the press.
  server.cutSockets();
  held.end();
  await isOver();
  expect(await page.stop()).toMatchObject({
    confirmation: 'already-finished',
    message: 'Nothing was running any more.',
  });
});

test('Reload history after receiving the `done` event to show partial output.', async () => {
  await startTurn();
  const before = await page.reads();
  await page.stop();
  await expect.poll(status).toBe('idle');
  expect(await page.reads()).toBe(before + 1);
});

test('`dispatch stop <id>` — stops generation. Resolves short IDs.', async () => {
  await startTurn();
  await expect.poll(() => server.conversation(id).storedStatus).toBe('active');
  expect(await commandHere(`stop c --backend dispatch --server ${server.baseUrl}`)).toEqual({
    code: 0,
    out: 'Stopped c1.\n',
    err: '',
  });
  await isOver();
  await expect.poll(page.answer).toMatchObject({ status: 'stopped', stopRecord: { by: 'remote' } });
});
