import { createConversations } from 'stopkit/core';
import { aliciaBackend, webSocketChannel } from 'stopkit/alicia';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startAliciaServer } from '../../servers/alicia/startAliciaServer.js';
import { startDispatcher } from '../../servers/alicia/startDispatcher.js';

// The sentences are those of the document, in its order. The server's side is the kit's dispatcher with a
// client that is none of the kit; the client's side is the kit's backend with a server that is none of it.
const ROOM = 'conv_7H93k';
const STOP = { conversationId: ROOM, stopType: 'generation', reason: 'user_clicked_stop' };

describe('server', () => {
  let server: Awaited<ReturnType<typeof startDispatcher>>;
  beforeEach(async () => {
    server = await startDispatcher(ROOM);
  });
  afterEach(() => server.close());

  /** A client to which one sentence of its answer was said. */
  async function asking() {
    const client = await server.open();
    client.say(2, { id: 'msg_u1', conversationId: ROOM, content: 'Why?' });
    await expect.poll(() => server.model.isHeld()).toBe(true);
    server.model.speak();
    await expect.poll(() => client.sentences()).toHaveLength(1);
    const targetId = client.answers()[0] ?? '';
    return { client, targetId, stop: () => client.say(10, { ...STOP, targetId }) };
  }

  test('server: When the server receives ControlStop, it immediately attempts to stop sending any further content for the current answer.', async () => {
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.acknowledged()).toHaveLength(1);
    server.model.speak();
    await expect.poll(() => server.kept).toHaveLength(1);
    expect(client.sentences().map(({ body }) => body.text)).toEqual(['Sentence 1.', '']);
  });

  test('server: This involves interrupting the generation process (if the assistant AI is mid-sentence, it aborts the process).', async () => {
    const { stop } = await asking();
    await expect.poll(() => server.model.isHeld()).toBe(true);
    stop();
    await expect.poll(() => server.model.signals[0]?.aborted).toBe(true);
    expect([server.model.isHeld(), server.model.said()]).toEqual([false, 1]);
  });

  test("server: The server then finalizes the assistant's answer at that point.", async () => {
    const { stop } = await asking();
    stop();
    await expect.poll(() => server.kept).toMatchObject([{ outcome: 'stopped' }]);
    expect(await server.runs.active('ann')).toEqual([]);
  });

  test('server: It may send an AssistantSentence marked as final (if partial answer was already streaming) or simply cease sending further sentences.', async () => {
    const { client, targetId, stop } = await asking();
    stop();
    await expect
      .poll(() => client.sentences().at(-1))
      .toMatchObject({
        meta: { truncated: true },
        body: { previousId: targetId, text: '', isFinal: true },
      });
  });

  test('server: The server SHOULD send an Acknowledgement (type 8) in response to confirm that it received and processed the stop command.', async () => {
    const { client, stop } = await asking();
    const stanza = stop();
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
  });

  test('server: This provides the user with assurance that the stop took effect.', async () => {
    const { client } = await asking();
    client.say(10, { ...STOP, targetId: 'msg_never' });
    // There is no assurance of what did not happen.
    await expect.poll(() => client.errors()).toMatchObject([{ code: 501 }]);
    expect(client.acknowledged()).toEqual([]);
  });

  test('server: The server SHOULD ensure that any partial answer already sent remains properly marked in the conversation.', async () => {
    const { targetId, stop } = await asking();
    stop();
    await expect
      .poll(() => server.kept)
      .toMatchObject([{ id: targetId, conversationId: ROOM, outcome: 'stopped', by: 'user' }]);
  });

  test('server: In the database, the assistant message is stored as whatever was generated so far, marked as incomplete or truncated.', async () => {
    const { client, stop } = await asking();
    server.model.speak();
    await expect.poll(() => client.sentences()).toHaveLength(2);
    stop();
    await expect
      .poll(() => server.kept)
      .toMatchObject([{ text: 'Sentence 1. Sentence 2.', outcome: 'stopped' }]);
  });

  test('server: Alternatively, if the implementation does not store incomplete answers, it may discard the partial content, but typically partial content is saved.', async () => {
    const { stop } = await asking();
    stop();
    await expect.poll(() => server.kept).toHaveLength(1);
    // Whoever wants to discard it can tell it by its outcome.
    expect(server.kept[0]).toMatchObject({ text: 'Sentence 1.', outcome: 'stopped' });
  });

  test("server: From the client's perspective, after sending ControlStop, it expects the assistant to cease output.", async () => {
    server.model.isDeaf = true;
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.acknowledged()).toHaveLength(1);
    for (let more = 0; more < 3; more += 1) server.model.speak();
    await expect.poll(() => client.sentences().at(-1)?.body.isFinal).toBe(true);
    expect(client.sentences().filter(({ body }) => body.text !== '')).toHaveLength(1);
  });

  test('server: The server confirms this by sending an Acknowledgement or simply by silence followed by readiness for the user to speak again.', async () => {
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.acknowledged()).toHaveLength(1);
    client.say(2, { id: 'msg_u2', conversationId: ROOM, content: 'Next.' });
    await expect.poll(() => client.answers()).toHaveLength(2);
    expect(client.errors()).toEqual([]);
  });

  test('server: If the server cannot stop immediately (for example, if the model cannot be instantly interrupted), it stops as soon as possible and may send a final chunk that was already nearly completed.', async () => {
    server.model.isDeaf = true;
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.sentences().at(-1)).toMatchObject({ meta: { truncated: true } });
    expect(server.kept).toMatchObject([{ outcome: 'stopped' }]);
  });

  test('server: In any case, after a stop, the conversation turn is considered ended prematurely.', async () => {
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.sentences().at(-1)?.body.isFinal).toBe(true);
    expect(server.kept[0]?.outcome).toBe('stopped');
  });

  test('server: It is a control event, not message content.', async () => {
    const { stop } = await asking();
    stop();
    await expect.poll(() => server.kept).toHaveLength(1);
    expect(server.kept[0]?.parts).toEqual([{ type: 'text', text: 'Sentence 1.' }]);
  });

  test('server: Some systems log a "stop" event for audit purposes.', async () => {
    const { stop } = await asking();
    stop();
    await expect.poll(() => server.stops).toMatchObject([{ reason: 'user_clicked_stop' }]);
  });

  test('server: If logged, it has an id, conversationId, and may reference what it stopped.', async () => {
    const { targetId, stop } = await asking();
    stop();
    await expect.poll(() => server.stops).toMatchObject([{ conversationId: ROOM, targetId }]);
    expect(server.stops[0]?.id).toMatch(/^stop_.+/);
  });

  test('server: However, it is not typically shown in conversation history to end-users.', async () => {
    const { client, stop } = await asking();
    stop();
    await expect.poll(() => client.sentences().at(-1)?.body.isFinal).toBe(true);
    expect(JSON.stringify(client.heard)).not.toContain('user_clicked_stop');
  });
});

describe('client', () => {
  let server: Awaited<ReturnType<typeof startAliciaServer>>;
  let leave: () => void = () => undefined;
  beforeEach(async () => {
    server = await startAliciaServer(ROOM);
  });
  afterEach(async () => {
    leave();
    await server.close();
  });

  /** A page on which some of the answer stands. */
  async function asking() {
    const channel = webSocketChannel(server.url, { webSocket: WebSocket });
    const backend = aliciaBackend({ channel, conversationId: ROOM, silenceMs: 300 });
    const conversations = createConversations({ backend, confirmWithinMs: 1_000 });
    leave = conversations.connect();
    await expect.poll(() => conversations.getSnapshot().connection).toBe('open');
    const { answer } = conversations.conversation(ROOM);
    void answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().text).toContain('Sentence 2.');
    return { answer, shown: () => answer.getSnapshot() };
  }

  test('client: When the server receives ControlStop, it immediately attempts to stop sending any further content for the current answer.', async () => {
    const { answer, shown } = await asking();
    const { messageId } = shown();
    await answer.stop();
    expect(server.stops()).toEqual([{ ...STOP, targetId: messageId }]);
    expect(server.active()).toEqual([]);
  });

  test('client: It may send an AssistantSentence marked as final (if partial answer was already streaming) or simply cease sending further sentences.', async () => {
    server.habits.finalSentence = true;
    const { answer, shown } = await asking();
    await answer.stop();
    await expect.poll(() => shown().stopRecord?.confirmation).toBe('confirmed');
    expect(shown().status).toBe('stopped');
  });

  test('client: The server SHOULD send an Acknowledgement (type 8) in response to confirm that it received and processed the stop command.', async () => {
    const { answer } = await asking();
    expect(await answer.stop()).toMatchObject({ confirmation: 'accepted' });
  });

  test('client: This provides the user with assurance that the stop took effect.', async () => {
    Object.assign(server.habits, { acknowledges: false, obeys: false });
    const { answer } = await asking();
    // Without it, and while words keep coming, nothing is claimed.
    expect(await answer.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  });

  test('client: The server SHOULD ensure that any partial answer already sent remains properly marked in the conversation.', async () => {
    const { answer, shown } = await asking();
    const { text } = shown();
    await answer.stop();
    expect(shown()).toMatchObject({ status: 'stopped', text, stopRecord: { reason: 'user' } });
  });

  test("client: From the client's perspective, after sending ControlStop, it expects the assistant to cease output.", async () => {
    server.habits.lateSentences = 3;
    const { answer, shown } = await asking();
    const { text } = shown();
    const stopped = answer.stop();
    expect(shown().text).toBe(text);
    await stopped;
    await expect.poll(() => server.active()).toEqual([]);
    expect(shown().text).toBe(text);
  });

  test('client: The server confirms this by sending an Acknowledgement or simply by silence followed by readiness for the user to speak again.', async () => {
    server.habits.acknowledges = false;
    const { answer, shown } = await asking();
    expect(await answer.stop()).toMatchObject({ confirmation: 'accepted' });
    server.next('Ready.');
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Ready.' });
    expect(shown().stopRecord).toBeNull();
  });

  test('client: If the server cannot stop immediately (for example, if the model cannot be instantly interrupted), it stops as soon as possible and may send a final chunk that was already nearly completed.', async () => {
    Object.assign(server.habits, { lateSentences: 1, finalSentence: false });
    const { answer, shown } = await asking();
    const { text } = shown();
    await answer.stop();
    await expect.poll(() => server.active()).toEqual([]);
    expect(shown()).toMatchObject({ status: 'stopped', text });
  });

  test('client: In any case, after a stop, the conversation turn is considered ended prematurely.', async () => {
    const { answer, shown } = await asking();
    await answer.stop();
    expect(shown().status).toBe('stopped');
    expect(answer.isActive()).toBe(false);
  });

  test('client: It is a control event, not message content.', async () => {
    const { answer } = await asking();
    await answer.stop();
    expect(server.heard.filter(({ type }) => type === 2)).toHaveLength(1);
  });

  test('client: If the user manually triggered the stop, this may not be necessary, but if the stop is automated (like a safety cutoff), the reason should be provided.', async () => {
    const { answer } = await asking();
    await answer.stop({ reason: 'content_filter_triggered' });
    expect(server.stops()).toMatchObject([{ reason: 'content_filter_triggered' }]);
  });
});
