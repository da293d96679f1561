import { createConversations } from 'stopkit/core';
import { aliciaBackend, webSocketChannel } from 'stopkit/alicia';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startAliciaServer } from '../../servers/alicia/startAliciaServer.js';

const ROOM = 'conv_7H93k';
let server: Awaited<ReturnType<typeof startAliciaServer>>;
let leave: () => void = () => undefined;

beforeEach(async () => {
  server = await startAliciaServer(ROOM);
});
afterEach(async () => {
  leave();
  await server.close();
});

/** A page that has the conversation open. */
async function openPage({ silenceMs = 400, confirmWithinMs = 1_000 } = {}) {
  const channel = webSocketChannel(server.url, { webSocket: WebSocket });
  const backend = aliciaBackend({ channel, conversationId: ROOM, silenceMs });
  const conversations = createConversations({ backend, confirmWithinMs });
  leave = conversations.connect();
  await expect.poll(() => conversations.getSnapshot().connection).toBe('open');
  const { answer } = conversations.conversation(ROOM);
  return { answer, backend, conversations, shown: () => answer.getSnapshot() };
}

test('the answer comes sentence by sentence, and ends', async () => {
  server.next('Because of Rayleigh.', 'Blue scatters most.');
  const { answer, shown } = await openPage();
  await answer.start('Why is the sky blue?');
  expect(shown()).toMatchObject({
    status: 'complete',
    text: 'Because of Rayleigh. Blue scatters most.',
    messageId: 'msg_1',
  });
  const message = server.heard.find(({ type }) => type === 2);
  expect(message?.body).toMatchObject({ id: shown().runId, content: 'Why is the sky blue?' });
  expect(server.heard.map(({ stanzaId }) => stanzaId)).toEqual([1, 2]);
});

test('B1: a stop names the answer it means, says its type, and is acknowledged', async () => {
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).toContain('Sentence 3.');
  const { text } = shown();
  const record = await answer.stop();
  expect(record).toMatchObject({ confirmation: 'accepted', by: 'user', reason: 'user' });
  expect(shown()).toMatchObject({ status: 'stopped', text });
  expect(server.stops()).toEqual([
    {
      conversationId: ROOM,
      targetId: 'msg_1',
      reason: 'user_clicked_stop',
      stopType: 'generation',
    },
  ]);
  expect(server.active()).toEqual([]);
});

test.each(['speech', 'all'] as const)('a stop of %s says so', async (scope) => {
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  await answer.stop({ scope });
  expect(server.stops()).toMatchObject([{ stopType: scope }]);
});

test('a stop that nobody pressed says why', async () => {
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  await answer.stop({ reason: 'content_filter_triggered' });
  expect(server.stops()).toMatchObject([{ reason: 'content_filter_triggered' }]);
});

test('rule 5: a stop before the answer has a name stops it by name when it begins', async () => {
  server.holdAnswers();
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => server.heard.some(({ type }) => type === 2)).toBe(true);
  const messageId = shown().runId ?? '';
  await answer.stop();
  expect(server.stops()[0]).not.toHaveProperty('targetId');
  server.begin(messageId);
  await expect.poll(() => server.stops()).toHaveLength(2);
  expect(server.stops()[1]).toMatchObject({ targetId: 'msg_2', stopType: 'generation' });
  expect(shown()).toMatchObject({ status: 'stopped', text: '' });
});

test('rule 1: sentences that come after the acknowledgement are dropped', async () => {
  server.habits.lateSentences = 3;
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).toContain('Sentence 2.');
  const { text } = shown();
  await answer.stop();
  await expect.poll(() => server.active()).toEqual([]);
  server.say(15, { id: 'co_1', messageId: 'msg_1', conversationId: ROOM, content: 'over' });
  expect(shown()).toMatchObject({ status: 'stopped', text });
});

test('a final sentence after the stop confirms it', async () => {
  server.habits.finalSentence = true;
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  await answer.stop();
  await expect.poll(() => shown().stopRecord?.confirmation).toBe('confirmed');
});

test('silence and readiness for the limit is accepted, not unconfirmed', async () => {
  server.habits.acknowledges = false;
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  expect(await answer.stop()).toMatchObject({ confirmation: 'accepted' });
  expect(shown().status).toBe('stopped');
});

test('A11: words that keep coming without an acknowledgement are unconfirmed, and the stop can be retried', async () => {
  Object.assign(server.habits, { acknowledges: false, obeys: false });
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  expect(await answer.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  Object.assign(server.habits, { acknowledges: true, obeys: true });
  void answer.retryStop();
  await expect.poll(() => shown().stopRecord?.confirmation).toBe('accepted');
  expect(server.active()).toEqual([]);
});

test('501: an answer that was whole when the stop came is complete', async () => {
  Object.assign(server.habits, { sentenceMs: null, obeys: false });
  server.next('One.', 'Two.');
  const { answer, shown } = await openPage();
  void answer.start('Count.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.speak();
  await expect.poll(() => shown().text).toBe('One.');
  // The last sentence is on its way when Stop is pressed.
  server.speak();
  const record = await answer.stop();
  expect(record?.confirmation).toBe('already-finished');
  expect(shown()).toMatchObject({ status: 'complete', text: 'One. Two.' });
});

test.each([
  [201, 'conversation not found', 'refused'],
  [101, 'unknown stopType', 'refused'],
  [501, 'no active generation found', 'already-finished'],
] as const)('an error %i answers the stop: %s', async (code, message, confirmation) => {
  Object.assign(server.habits, { acknowledges: false, obeys: false, sentenceMs: null });
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.speak();
  await expect.poll(() => shown().text).not.toBe('');
  const stopped = answer.stop();
  await expect.poll(() => server.stops()).toHaveLength(1);
  server.error(code, message);
  expect(await stopped).toMatchObject({ confirmation });
  expect(shown().status).toBe('stopped');
});

/** An answer of two sentences, stopped after the first; the server has not said a word about the stop. */
async function stopCounting() {
  Object.assign(server.habits, { acknowledges: false, obeys: false, sentenceMs: null });
  server.next('One.', 'Two.');
  const { answer, shown } = await openPage();
  void answer.start('Count.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.speak();
  await expect.poll(() => shown().text).toBe('One.');
  const stopped = answer.stop();
  await expect.poll(() => server.stops()).toHaveLength(1);
  return { shown, stopped };
}

test('an answer that goes on to its end after the server refused to stop it was not stopped', async () => {
  const { shown, stopped } = await stopCounting();
  server.error(201, 'conversation not found');
  expect(await stopped).toMatchObject({ confirmation: 'refused' });
  server.speak();
  await expect.poll(() => shown().stopRecord?.confirmation).toBe('already-finished');
});

test('an answer that ends while its stop is out, which is then refused, was not stopped', async () => {
  const { shown } = await stopCounting();
  server.speak();
  server.error(201, 'conversation not found');
  await expect.poll(() => shown().stopRecord?.confirmation).toBe('already-finished');
});

test('an answer that goes on to its end after a stop that nobody confirmed was not stopped', async () => {
  Object.assign(server.habits, { acknowledges: false, obeys: false });
  server.next(...Array.from({ length: 80 }, (_, at) => `Sentence ${at + 1}.`));
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  expect(await answer.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  await expect.poll(() => server.active(), { timeout: 5_000 }).toEqual([]);
  await expect.poll(() => shown().stopRecord?.confirmation).toBe('already-finished');
});

test('what a server says about a reconnect is no answer to a stop', async () => {
  Object.assign(server.habits, { acknowledges: false, obeys: false });
  const { answer, shown } = await openPage();
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  const stopped = answer.stop();
  await expect.poll(() => server.stops()).toHaveLength(1);
  server.say(8, { conversationId: ROOM, lastSeenStanzaId: -2 });
  expect(await stopped).toMatchObject({ confirmation: 'unconfirmed' });
});

test('rule 4: the stop of an old answer leaves the next one alone', async () => {
  const { answer, backend, shown } = await openPage();
  void answer.start('First.');
  await expect.poll(() => shown().text).not.toBe('');
  const runId = shown().runId ?? '';
  await answer.stop();
  void answer.start('Second.');
  await expect.poll(() => shown().text).toContain('Sentence 2.');
  expect(await backend.stop(ROOM, { runId })).toMatchObject({ outcome: 'finished' });
  expect(server.active()).toHaveLength(1);
  await answer.stop();
});

test('sentences are put in order, and said once', async () => {
  server.habits.sentenceMs = null;
  const { answer, shown } = await openPage();
  void answer.start('Count.');
  await expect.poll(() => server.active()).toHaveLength(1);
  const say = (sequence: number, text: string, isFinal = false): void =>
    server.say(16, { previousId: 'msg_1', conversationId: ROOM, sequence, text, isFinal });
  say(3, 'Three.', true);
  say(1, 'One.');
  say(1, 'One.');
  say(2, 'Two.');
  await expect.poll(() => shown().status).toBe('complete');
  expect(shown().text).toBe('One. Two. Three.');
});

test('reasoning and tools become parts', async () => {
  server.habits.sentenceMs = null;
  server.next('Done.');
  const { answer, shown } = await openPage();
  void answer.start('Search.');
  await expect.poll(() => server.active()).toHaveLength(1);
  const about = { messageId: 'msg_1', conversationId: ROOM };
  server.say(5, { id: 'r1', ...about, sequence: 1, content: 'I must look.' });
  server.say(6, {
    id: 't1',
    ...about,
    toolName: 'search',
    parameters: { q: 'sky' },
    execution: 'server',
  });
  server.say(7, { id: 'x1', requestId: 't1', conversationId: ROOM, success: true, result: 'blue' });
  server.speak();
  await expect.poll(() => shown().status).toBe('complete');
  expect(shown().parts).toMatchObject([
    { type: 'reasoning', text: 'I must look.', open: false },
    { type: 'tool-call', name: 'search', arguments: '{"q":"sky"}', state: 'done', result: 'blue' },
    { type: 'text', text: 'Done.' },
  ]);
});

test('after a cut the missed sentences come, and none twice', async () => {
  server.habits.sentenceMs = null;
  server.next('One.', 'Two.', 'Three.', 'Four.');
  const { answer, shown } = await openPage();
  void answer.start('Count.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.speak();
  server.speak();
  await expect.poll(() => shown().text).toBe('One. Two.');
  server.cut();
  server.speak();
  expect(shown().status).toBe('streaming');
  await expect.poll(() => server.isConnected()).toBe(true);
  await expect.poll(() => shown().text).toBe('One. Two. Three.');
  server.speak();
  await expect.poll(() => shown().status).toBe('complete');
  expect(shown().text).toBe('One. Two. Three. Four.');
  const configurations = server.heard.filter(({ type }) => type === 12);
  expect(configurations.map(({ body }) => body.lastSequenceSeen)).toEqual([0, -3]);
});

test('a stop during a cut is sent when the connection is back', async () => {
  const { answer, shown } = await openPage({ confirmWithinMs: 4_000 });
  void answer.start('Go on.');
  await expect.poll(() => shown().text).not.toBe('');
  server.cut();
  await expect.poll(() => server.isConnected()).toBe(false);
  expect(await answer.stop()).toMatchObject({ confirmation: 'accepted' });
  expect(server.active()).toEqual([]);
});

test('a stop that names no answer is not said again after a cut when the next text has been sent', async () => {
  server.habits.acknowledges = false;
  server.holdAnswers();
  const { answer, shown } = await openPage({ silenceMs: 60_000, confirmWithinMs: 200 });
  const said = (type: number) => server.heard.filter((one) => one.type === type);
  void answer.start('First.');
  await expect.poll(() => said(2)).toHaveLength(1);
  void answer.stop();
  await expect.poll(() => server.stops()).toHaveLength(1);
  server.cut();
  void answer.start('Second.');
  await expect.poll(() => said(2), { timeout: 5_000 }).toHaveLength(2);
  const before = server.stops().length;
  const connections = said(12).length;
  server.cut();
  await expect.poll(() => said(12).length, { timeout: 5_000 }).toBeGreaterThan(connections);
  server.begin(shown().runId ?? '');
  await expect.poll(() => shown().text).not.toBe('');
  void answer.stop();
  await expect.poll(() => server.stops().at(-1)).toHaveProperty('targetId');
  expect(server.stops()).toHaveLength(before + 1);
});

test('an error of the server ends the answer with its sentence', async () => {
  server.habits.sentenceMs = null;
  const { answer, shown } = await openPage();
  const settled = answer.start('Go on.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.error(504, 'The queue is full.');
  server.say(1, {
    id: 'e',
    conversationId: ROOM,
    code: 504,
    message: 'Too much.',
    severity: 3,
    recoverable: false,
  });
  await settled;
  expect(shown().error?.message).toBe('The queue is full.');
});

test('an error about a message that was not sent from here does not end the answer', async () => {
  server.habits.sentenceMs = null;
  server.next('One.', 'Two.');
  const { answer, shown } = await openPage();
  const settled = answer.start('Go on.');
  await expect.poll(() => server.active()).toHaveLength(1);
  server.speak();
  await expect.poll(() => shown().text).toBe('One.');
  server.say(1, {
    id: 'e',
    conversationId: ROOM,
    code: 202,
    message: 'An answer is still being written.',
    severity: 2,
    recoverable: true,
    originatingId: 'msg_of_another_tab',
  });
  server.speak();
  expect(await settled).toMatchObject({ status: 'complete', text: 'One. Two.', error: null });
});
