import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type AgixtServer, startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { TRAPS as AGIXT_TRAPS, type Trap as AgixtTrap } from '../../servers/agixt/traps.js';
import { heldScript } from '../../servers/dispatch/script.js';
import {
  type DispatchServer,
  startDispatchServer,
} from '../../servers/dispatch/startDispatchServer.js';
import {
  TRAPS as DISPATCH_TRAPS,
  type Trap as DispatchTrap,
} from '../../servers/dispatch/traps.js';

const id = 'c1';

/** What a client without any kit does, with what it gets to see of the trap; the server's own talk, nothing of ours. */
type Provocation<S> = (server: S) => Promise<unknown>;

async function openSocket(url: string): Promise<{ heard: string[]; socket: WebSocket }> {
  const heard: string[] = [];
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  await new Promise((resolve) => socket.once('open', resolve));
  onTestFinished(() => socket.terminate());
  return { heard, socket };
}

/** A turn with one word said. */
async function startTurn(server: DispatchServer) {
  const held = heldScript();
  server.nextTurn(held.script);
  const { heard, socket } = await openSocket(server.socketUrl);
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'chat.send', conversationId: id, message: 'Hi' });
  held.say({ type: 'text', delta: 'Hello' });
  const hears = (part: string): Promise<void> =>
    expect.poll(() => heard.some((line) => line.includes(part))).toBe(true);
  await hears('text-delta');
  const post = (action: string, body?: object): Promise<Response> =>
    fetch(`${server.baseUrl}/conversations/${id}/${action}`, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const isOver = (): Promise<void> =>
    expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
  return { held, heard, hears, say, socket, post, isOver };
}

const dispatch: Record<DispatchTrap, Provocation<DispatchServer>> = {
  async 1(server) {
    const { held, post, isOver } = await startTurn(server);
    await post('stop');
    held.say({ type: 'text', delta: ' world' });
    await isOver();
  },
  async 2(server) {
    server.traps[1] = false;
    const { post, isOver } = await startTurn(server);
    await post('queue', { text: 'And then?' });
    await post('stop');
    if (server.traps[2]) await expect.poll(() => server.sprung[2]).toBe(1);
    else await isOver();
  },
  async 3(server) {
    server.traps[1] = false;
    const { held, hears, post, isOver } = await startTurn(server);
    held.say({ type: 'tool-call', id: 't1', name: 'search', input: {} });
    await hears('tool-call');
    await post('stop');
    await isOver();
    return server.conversation(id).chunks.some(({ chunk }) => chunk.type === 'tool-call');
  },
  async 4(server) {
    const { held, heard, isOver } = await startTurn(server);
    held.fail('the model is on fire');
    await isOver();
    await expect.poll(() => server.said.at(-1)).toBe(`${id} idle`);
    return heard.some((line) => line.includes('turn-sealed'));
  },
  async 5(server) {
    const { held, hears, post, isOver } = await startTurn(server);
    held.say({ type: 'retry', attempt: 1, delayMs: 200, message: 'Again soon' });
    await hears('provider-retry');
    await post('stop');
    held.say({ type: 'text', delta: ' world' });
    await isOver();
  },
  async 6(server) {
    const { held, post, isOver } = await startTurn(server);
    held.end();
    await isOver();
    return (await post('stop')).status;
  },
  async 7(server) {
    await startTurn(server);
    const { heard, socket } = await openSocket(server.socketUrl);
    socket.send(JSON.stringify({ type: 'chat.subscribe', conversationId: id }));
    server.announce('other', 'active');
    await expect.poll(() => heard.some((line) => line.includes('"other"'))).toBe(true);
    await expect.poll(() => heard.some((line) => line.includes('Hello'))).toBe(server.traps[7]);
  },
  async 8(server) {
    const { held, say, socket, isOver } = await startTurn(server);
    say({ type: 'chat.unsubscribe', conversationId: id });
    socket.close();
    if (server.traps[8]) await expect.poll(() => server.sprung[8]).toBeGreaterThan(0);
    held.say({ type: 'text', delta: ' world' });
    held.end();
    await isOver();
  },
  async 9(server) {
    const { heard } = await openSocket(server.socketUrl);
    const { held, isOver } = await startTurn(server);
    held.end();
    await isOver();
    await expect.poll(() => heard.some((line) => line.includes('"idle"'))).toBe(true);
    expect(heard.some((line) => line.includes('"done"'))).toBe(!server.traps[9]);
  },
};

/** A client of AGiXT without any kit. */
function clientOf({ baseUrl, token }: AgixtServer) {
  const headers = { authorization: `Bearer ${token}` };
  return {
    get: (path: string) => fetch(`${baseUrl}/v1${path}`, { headers }),
    post: (path: string) => fetch(`${baseUrl}/v1${path}`, { headers, method: 'POST' }),
    /** Reads until the first words, or to the end. */
    async complete(): Promise<{ rest: () => Promise<string>; leave: () => void }> {
      const controller = new AbortController();
      const response = await fetch(`${baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers,
        signal: controller.signal,
        body: JSON.stringify({ user: id, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      return { rest: () => response.text(), leave: () => controller.abort() };
    },
  };
}

const stop = `/conversation/${id}/stop`;

const agixt: Record<AgixtTrap, Provocation<AgixtServer>> = {
  async 1(server) {
    expect((await clientOf(server).post(stop)).status).toBe(server.traps[1] ? 200 : 409);
  },
  async 2(server) {
    const run = server.startInBackground(id, { words: 90, intervalMs: 5, onOtherWorker: true });
    await clientOf(server).post(stop);
    expect(run.cancelled).toBe(!server.traps[2]);
  },
  async 3(server) {
    server.startInBackground(id, { words: 90, intervalMs: 5 });
    const text = await (await clientOf(server).get('/conversations/active')).text();
    expect(/"started_at":"[^"]+Z"/.test(text)).toBe(!server.traps[3]);
  },
  async 4(server) {
    const { post, complete } = clientOf(server);
    const { rest } = await complete();
    await post(stop);
    expect((await rest()).includes('[DONE]')).toBe(!server.traps[4]);
  },
  async 5(server) {
    const { baseUrl, token } = server;
    server.startInBackground(id, { words: 90, intervalMs: 5 });
    const { heard } = await openSocket(
      `${baseUrl.replace('http', 'ws')}/v1/conversation/${id}/stream?authorization=${token}`,
    );
    await clientOf(server).post(stop);
    const isTold = (): boolean => heard.some((line) => line.includes('stopped by user'));
    expect(isTold() && server.traps[5]).toBe(false);
    await expect.poll(isTold).toBe(true);
  },
  async 6(server) {
    const { complete } = clientOf(server);
    const { leave, rest } = await complete();
    leave();
    await rest().catch(() => undefined);
    if (server.traps[6]) await expect.poll(() => server.sprung[6]).toBe(1);
    else await expect.poll(() => server.runs[0]?.run.cancelled).toBe(true);
  },
  async 7(server) {
    const old = server.startInBackground(id, { words: 900, intervalMs: 5 });
    server.startInBackground(id, { words: 900, intervalMs: 5 });
    old.cancel();
    await old.ended;
    const text = await (await clientOf(server).get('/conversations/active')).text();
    expect(text.includes(id)).toBe(!server.traps[7]);
  },
  async 8(server) {
    server.startInBackground(id, { words: 900, intervalMs: 5 });
    await expect.poll(() => server.runs[0]?.run.made).toBeGreaterThan(0);
    await clientOf(server).post(stop);
    expect(server.history(id).some(({ role }) => role === 'Assistant')).toBe(!server.traps[8]);
  },
};

const numbers = <T extends number>(of: Record<T, string>): T[] =>
  // The keys of a record of numbers are those numbers, as text.
  Object.keys(of).map((key) => Number(key) as T);

test.each(numbers(DISPATCH_TRAPS))(
  'dispatch: trap %i is sprung when it is set, and never when it is off',
  async (trap) => {
    for (const isSet of [true, false]) {
      const server = await startDispatchServer();
      onTestFinished(server.close);
      server.traps[trap] = isSet;
      await dispatch[trap](server);
      expect(server.sprung[trap] > 0).toBe(isSet);
    }
  },
);

test.each(numbers(AGIXT_TRAPS))(
  'agixt: trap %i is sprung when it is set, and never when it is off',
  async (trap) => {
    for (const isSet of [true, false]) {
      const server = await startAgixtServer();
      onTestFinished(server.close);
      server.traps[trap] = isSet;
      await agixt[trap](server);
      expect(server.sprung[trap] > 0).toBe(isSet);
    }
  },
);
