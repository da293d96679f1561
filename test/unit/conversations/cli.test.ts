import { afterEach, expect, test } from 'vitest';
import { commandHere } from '../../e2e/conversations/commandHere.js';
import { startChatServer } from '../../e2e/conversations/startChatServer.js';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { listen, sendJson } from '../../servers/listen.js';
import { startApp } from '../../server/runs/startApp.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('stopkit: active, stop by a short id, and stop all', async () => {
  const server = await startChatServer();
  closers.push(server.close);
  const at = `--server ${server.url}/api`;
  expect(await commandHere(`active ${at}`)).toEqual({
    code: 0,
    out: 'Nothing is running.\n',
    err: '',
  });
  const send = (conversationId: string): void => {
    const body = JSON.stringify({
      prompt: 'Hi',
      runId: `run-of-${conversationId}`,
      conversationId,
    });
    void fetch(`${server.url}/api/chat`, { method: 'POST', body });
  };
  for (const id of ['alpha-1', 'alpha-2', 'beta-1']) send(id);
  await expect.poll(server.open).toBe(3);
  expect((await commandHere(`active ${at}`)).out).toMatch(
    /^alpha-1 {2}active {2}0:0\d {2}Writer\nalpha-2 {2}active {2}0:0\d {2}Writer\nbeta-1 {3}active {2}0:0\d {2}Writer\n$/,
  );
  expect(await commandHere(`stop b ${at}`)).toEqual({ code: 0, out: 'Stopped beta-1.\n', err: '' });
  expect(await commandHere(`stop al ${at}`)).toEqual({
    code: 3,
    out: '"al" is the beginning of several:\n  alpha-1\n  alpha-2\n',
    err: '',
  });
  // It has just ended, and is on no list any more.
  expect(await commandHere(`stop beta-1 ${at}`)).toMatchObject({ code: 0, err: '' });
  expect(await commandHere(`stop zeta ${at} --json`)).toEqual({
    code: 3,
    out: '{"error":"not-found","id":"zeta"}\n',
    err: '',
  });
  expect(await commandHere(`stop --all ${at}`)).toEqual({
    code: 0,
    out: 'Stopped 2 answers.\n',
    err: '',
  });
  expect(server.open()).toBe(0);
});

test('a stop of a conversation with two answers ends both', async () => {
  const app = await startApp({
    authorize: () => ({ userId: 'ada' }),
    whenBusy: 'allow',
    onDisconnect: 'continue',
  });
  closers.push(app.close);
  for (let at = 0; at < 2; at += 1) await app.send({ conversationId: 'talk-1' });
  const at = `--server ${app.url}`;
  expect(await commandHere(`stop talk ${at}`)).toEqual({
    code: 0,
    out: 'Stopped talk-1.\n',
    err: '',
  });
  expect(await app.runs.active()).toEqual([]);
  for (let one = 0; one < 2; one += 1) await app.send({ conversationId: 'talk-2' });
  expect(await commandHere(`stop talk-2 ${at}`)).toMatchObject({ code: 0 });
  expect(await app.runs.active()).toEqual([]);
});

test('dispatch: a stop waits until the conversation is idle, and an idle one is told as such', async () => {
  const server = await startDispatchServer();
  closers.push(server.close);
  const env = { STOPKIT_SERVER: server.baseUrl, STOPKIT_BACKEND: 'dispatch' };
  server.conversation('conversation-1').start('Hi');
  await expect.poll(() => server.conversation('conversation-1').storedStatus).toBe('active');
  expect(await commandHere('stop conv', env)).toEqual({
    code: 0,
    out: 'Stopped conversation-1.\n',
    err: '',
  });
  expect(server.conversation('conversation-1').activeTurn()).toBeNull();
  expect(await commandHere('stop conv --json', env)).toEqual({
    code: 0,
    out: '{"id":"conversation-1","outcome":"idle"}\n',
    err: '',
  });
  expect(await commandHere('stop --all', env)).toMatchObject({ out: 'Nothing is running.\n' });
});

test('stop all tells at once which ones the server refused, and stops the others', async () => {
  const server = await startDispatchServer();
  closers.push(server.close);
  const env = { STOPKIT_SERVER: server.baseUrl, STOPKIT_BACKEND: 'dispatch' };
  for (const id of ['mine', 'theirs']) server.conversation(id).start('Hi');
  await expect.poll(() => server.conversation('theirs').storedStatus).toBe('active');
  server.forbidden.add('theirs');
  expect(await commandHere('stop --all', env)).toEqual({
    code: 4,
    out: 'Stopped 1 answer.\nThe server refused to stop theirs.\n',
    err: '',
  });
  expect(server.conversation('mine').activeTurn()).toBeNull();
  expect(await commandHere('stop --all --json', env)).toEqual({
    code: 4,
    out: '{"stopped":[],"refused":["theirs"]}\n',
    err: '',
  });
});

test('stop all is told to the server although nothing is on its list yet', async () => {
  const posted: string[] = [];
  const { server, port } = await listen((req, res) => {
    if (req.method === 'POST') posted.push(req.url ?? '');
    sendJson(res, 200, { conversations: [] });
  });
  closers.push(() => server.close());
  expect(await commandHere(`stop --all --server http://127.0.0.1:${port}/api`)).toMatchObject({
    code: 0,
    out: 'Nothing is running.\n',
  });
  expect(posted).toEqual(['/api/conversations/stop']);
});

test('stop all says when the server refuses it', async () => {
  const { server, port } = await listen((req, res) => {
    if (req.method === 'POST') sendJson(res, 403, { error: 'Only for operators.' });
    else sendJson(res, 200, { conversations: [{ id: 'one', status: 'active' }] });
  });
  closers.push(() => server.close());
  expect(await commandHere(`stop --all --server http://127.0.0.1:${port}/api`)).toEqual({
    code: 4,
    out: 'The server refused to stop anything. Only for operators.\n',
    err: '',
  });
});

test('agixt: stops one and all, and says when another worker holds the run', async () => {
  const server = await startAgixtServer();
  closers.push(server.close);
  const env = {
    STOPKIT_SERVER: server.baseUrl,
    STOPKIT_BACKEND: 'agixt',
    STOPKIT_TOKEN: server.token,
  };
  server.startInBackground('one', { words: 900, intervalMs: 10 });
  server.startInBackground('two', { words: 900, intervalMs: 10, onOtherWorker: true });
  expect(await commandHere('stop one', env)).toEqual({ code: 0, out: 'Stopped one.\n', err: '' });
  expect(await commandHere('stop two', env)).toEqual({
    code: 4,
    out: 'The server refused to stop two. The answer is written by another worker, which AGiXT cannot stop from here.\n',
    err: '',
  });
  expect(await commandHere('active --token wrong', env)).toEqual({
    code: 4,
    out: '',
    err: 'stopkit: Please sign in again.\n',
  });
});

test('a server that is down, and what cannot be understood, have exit codes of their own', async () => {
  expect(await commandHere('active --server http://127.0.0.1:1')).toEqual({
    code: 5,
    out: '',
    err: 'stopkit: The server could not be reached.\n',
  });
  expect(await commandHere('stop')).toMatchObject({
    code: 2,
    err: 'stopkit: No server is named. Pass --server <url>, or set STOPKIT_SERVER.\n',
  });
  for (const server of ['localhost:3000', 'example.org', 'http://']) {
    expect(await commandHere(`active --server ${server}`)).toEqual({
      code: 2,
      out: '',
      err: `stopkit: "${server}" is no URL of a server. Begin it with http:// or https://, as in http://localhost:3000.\n`,
    });
  }
  // Blanks around it, as a file of an environment may leave them, are no part of it.
  expect(await commandHere('active', { STOPKIT_SERVER: ' http://127.0.0.1:1\r' })).toMatchObject({
    code: 5,
  });
  expect(await commandHere('stop a --server http://x --backend smoke')).toMatchObject({ code: 2 });
  expect(await commandHere('stop --server http://x')).toMatchObject({
    code: 2,
    err: 'stopkit: Name one conversation, or say --all.\n',
  });
  expect((await commandHere('--help')).out).toContain('Exit codes: 0 it is stopped');
});

test('a server that has heard too many stops is not said to know no such conversation', async () => {
  const { server, port } = await listen((req, res) => {
    if (req.method === 'POST') sendJson(res, 429, { error: 'Too many requests.' });
    else sendJson(res, 200, { conversations: [] });
  });
  closers.push(() => server.close());
  expect(await commandHere(`stop c1 --server http://127.0.0.1:${port}`)).toMatchObject({
    code: 4,
    out: 'The server refused to stop c1. Too many requests.\n',
  });
});

test('what a server calls its conversations moves no cursor, and a time that is none is not told', async () => {
  const { server, port } = await listen((_req, res) => {
    const row = { id: 'a\u001b[2Jb', status: 'active', startedAt: 'never', agentName: 'x\ny' };
    sendJson(res, 200, { conversations: [row] });
  });
  closers.push(() => server.close());
  const { out } = await commandHere(`active --server http://127.0.0.1:${port}`);
  expect(out).toBe('a\ufffd[2Jb  active  -  x\ufffdy\n');
});
