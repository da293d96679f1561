import { encode } from '@msgpack/msgpack';
import { createConversations } from 'stopkit/core';
import { aliciaBackend, webSocketChannel } from 'stopkit/alicia';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDispatcher } from '../../servers/alicia/startDispatcher.js';

const ROOM = 'conv_7H93k';
let server: Awaited<ReturnType<typeof startDispatcher>>;
let leave: () => void = () => undefined;

beforeEach(async () => {
  server = await startDispatcher(ROOM);
});
afterEach(async () => {
  leave();
  leave = () => undefined;
  await server.close();
});

/** A client whose message is being answered: one sentence was said. */
async function asking() {
  const client = await server.open();
  client.say(2, { id: 'msg_u1', conversationId: ROOM, content: 'Why?' });
  await expect.poll(() => server.model.isHeld()).toBe(true);
  server.model.speak();
  await expect.poll(() => client.sentences()[0]?.body.text).toBe('Sentence 1.');
  return { client, targetId: client.answers()[0] ?? '' };
}

describe('a stop', () => {
  test('by target ends that answer: acknowledged, its model aborted, its last sentence marked', async () => {
    const { client, targetId } = await asking();
    const stanza = client.say(10, { conversationId: ROOM, targetId, stopType: 'generation' });
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
    await expect.poll(() => client.sentences()).toHaveLength(2);
    expect(client.sentences()[1]).toMatchObject({
      meta: { truncated: true },
      body: { previousId: targetId, sequence: 2, text: '', isFinal: true },
    });
    expect(server.model.signals[0]?.aborted).toBe(true);
    expect(server.kept).toMatchObject([
      { id: targetId, outcome: 'stopped', by: 'user', reason: 'user', text: 'Sentence 1.' },
    ]);
    expect(server.stops).toMatchObject([
      { conversationId: ROOM, targetId, stopType: 'generation', reason: 'user_clicked_stop' },
    ]);
  });

  test('without a target ends the latest answer', async () => {
    const { client, targetId } = await asking();
    client.say(10, { conversationId: ROOM, stopType: 'generation' });
    await expect.poll(() => server.kept).toMatchObject([{ id: targetId, outcome: 'stopped' }]);
    expect(client.errors()).toEqual([]);
  });

  test('right behind its message, before the answer has a name, ends it all the same', async () => {
    const client = await server.open();
    client.say(2, { id: 'msg_u1', conversationId: ROOM, content: 'Why?' });
    const stanza = client.say(10, { conversationId: ROOM, stopType: 'generation' });
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
    await expect.poll(() => client.sentences()).toMatchObject([{ meta: { truncated: true } }]);
    expect(server.kept).toMatchObject([{ outcome: 'stopped', text: '' }]);
  });

  test('without a target and with nothing that runs is acknowledged', async () => {
    const client = await server.open();
    const stanza = client.say(10, { conversationId: ROOM, stopType: 'generation' });
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
    expect(server.stops).toMatchObject([{ targetId: null }]);
  });

  test('of a target that is over, or never was, is an error 501 and no acknowledgement', async () => {
    server.model.length = 1;
    const { client, targetId } = await asking();
    await expect.poll(() => client.sentences().at(-1)?.body.isFinal).toBe(true);
    for (const id of [targetId, 'msg_never']) {
      client.say(10, { conversationId: ROOM, targetId: id, stopType: 'generation' });
    }
    await expect
      .poll(() => client.errors())
      .toMatchObject([
        { code: 501, originatingId: targetId },
        { code: 501, originatingId: 'msg_never' },
      ]);
    expect(client.acknowledged()).toEqual([]);
  });

  test('of another conversation is an error 201, and what runs goes on', async () => {
    const { client, targetId } = await asking();
    client.say(10, { conversationId: 'conv_other', targetId, stopType: 'generation' });
    await expect
      .poll(() => client.errors())
      .toMatchObject([{ code: 201, recoverable: true, originatingId: targetId }]);
    server.model.speak();
    await expect.poll(() => client.sentences()).toHaveLength(2);
    expect(client.acknowledged()).toEqual([]);
  });

  test('of an unknown type is an error 101, and what runs goes on', async () => {
    const { client, targetId } = await asking();
    client.say(10, { conversationId: ROOM, targetId, stopType: 'music' });
    await expect.poll(() => client.errors()).toMatchObject([{ code: 101 }]);
    expect(server.model.signals[0]?.aborted).toBe(false);
  });

  test('of speech silences the server’s voice and lets the text go on', async () => {
    const { client } = await asking();
    const stanza = client.say(10, { conversationId: ROOM, stopType: 'speech', reason: 'noise' });
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
    expect(server.model.silenced).toEqual(['noise']);
    expect(server.model.signals[0]?.aborted).toBe(false);
  });

  test('of all ends both', async () => {
    const { client, targetId } = await asking();
    client.say(10, { conversationId: ROOM, stopType: 'all', reason: 'timeout' });
    await expect
      .poll(() => server.kept)
      .toMatchObject([{ id: targetId, outcome: 'stopped', reason: 'timeout' }]);
    expect(server.model.silenced).toEqual(['timeout']);
  });

  test('that says no type stops the generation, as the document has it', async () => {
    const { client } = await asking();
    client.say(10, { conversationId: ROOM, targetId: null, reason: 'User requested stop' });
    await expect.poll(() => server.kept).toMatchObject([{ outcome: 'stopped' }]);
    expect(server.model.silenced).toEqual([]);
  });

  test('of all is acknowledged also when its target is over', async () => {
    const client = await server.open();
    const said = { conversationId: ROOM, targetId: 'msg_old', stopType: 'all' };
    const stanza = client.say(10, said);
    await expect.poll(() => client.acknowledged()).toEqual([stanza]);
    expect(server.model.silenced).toEqual(['user_clicked_stop']);
    expect(client.errors()).toEqual([]);
  });

  test('whose number is the time of day is acknowledged and audited', async () => {
    const { client, targetId } = await asking();
    const stanzaId = Date.now();
    const body = { conversationId: ROOM, stopType: 'all' };
    client.raw(encode({ stanzaId, conversationId: ROOM, type: 10, body }));
    await expect.poll(() => client.acknowledged()).toEqual([stanzaId]);
    await expect.poll(() => server.stops).toMatchObject([{ targetId, stopType: 'all' }]);
    expect(server.kept).toMatchObject([{ id: targetId, outcome: 'stopped' }]);
  });

  test('of a provider that hangs and ignores its signal is over all the same, and its late words are nobody’s', async () => {
    server.model.isDeaf = true;
    const { client } = await asking();
    client.say(10, { conversationId: ROOM, stopType: 'generation' });
    await expect.poll(() => client.sentences().at(-1)?.body.isFinal).toBe(true);
    server.model.speak();
    client.say(2, { id: 'msg_u2', conversationId: ROOM, content: 'Next.' });
    await expect.poll(() => client.answers()).toHaveLength(2);
    expect(client.sentences()).toHaveLength(2);
  });
});

test('a second message while an answer is written is an error 202', async () => {
  const { client } = await asking();
  client.say(2, { id: 'msg_u2', conversationId: ROOM, content: 'And?' });
  await expect.poll(() => client.errors()).toMatchObject([{ code: 202, originatingId: 'msg_u2' }]);
  expect(server.model.signals[0]?.aborted).toBe(false);
});

test('a model that fails is an error 501 about its message, without the provider’s words', async () => {
  const { client } = await asking();
  server.model.fails = true;
  server.model.speak();
  await expect.poll(() => client.errors()).toMatchObject([{ code: 501, originatingId: 'msg_u1' }]);
  expect(JSON.stringify(client.heard)).not.toContain('secret');
  expect(server.kept).toMatchObject([{ outcome: 'interrupted', text: 'Sentence 1.' }]);
});

test('a shutdown is no stop: an error 503 about the message, and no last sentence', async () => {
  const { client } = await asking();
  await server.runs.close();
  await expect.poll(() => client.errors()).toMatchObject([{ code: 503, originatingId: 'msg_u1' }]);
  expect(client.sentences()).toHaveLength(1);
  expect(server.kept).toMatchObject([{ outcome: 'interrupted', text: 'Sentence 1.' }]);
});

test('bytes that mean nothing are an error 101, a type of tomorrow is skipped', async () => {
  const client = await server.open();
  client.raw(new Uint8Array([0xc1, 0xff]));
  await expect.poll(() => client.errors()).toMatchObject([{ code: 101 }]);
  client.say(77, { conversationId: ROOM });
  const stanza = client.say(10, { conversationId: ROOM, stopType: 'all' });
  await expect.poll(() => client.acknowledged()).toEqual([stanza]);
  expect(client.errors()).toHaveLength(1);
});

test('a number that no server ever gave is answered, and the server goes on', async () => {
  const client = await server.open();
  client.say(12, { conversationId: ROOM, lastSequenceSeen: -(2 ** 40) });
  await expect.poll(() => client.acknowledged()).toEqual([-(2 ** 40)]);
  client.say(2, { id: 'msg_u1', conversationId: ROOM, content: 'Why?' });
  await expect.poll(() => client.answers()).toHaveLength(1);
});

test('what is wrong with one tab’s packet is told to that tab alone', async () => {
  const { client, targetId } = await asking();
  const other = await server.open();
  other.raw(new Uint8Array([0xc1]));
  other.say(10, { conversationId: 'conv_other', targetId, stopType: 'generation' });
  other.say(10, { conversationId: ROOM, targetId: 'msg_never', stopType: 'generation' });
  other.say(10, { conversationId: ROOM, targetId, stopType: 'music' });
  other.say(11, { conversationId: ROOM, targetId, mode: 'regenerate' });
  const stanza = other.say(10, { conversationId: ROOM, stopType: 'speech' });
  const codes = () => other.errors().map(({ code }) => code);
  await expect.poll(codes).toHaveLength(5);
  expect(codes().sort()).toEqual([101, 101, 102, 201, 501]);
  await expect.poll(() => other.acknowledged()).toEqual([stanza]);
  server.model.speak();
  await expect.poll(() => client.sentences()).toHaveLength(2);
  expect([client.errors(), client.acknowledged()]).toEqual([[], []]);
  // Nobody else misses them, so they take no number.
  const numbered = other.heard.filter(({ stanzaId }) => stanzaId !== 0);
  expect(numbered.map(({ type }) => type)).toEqual([16]);
});

describe('with the kit’s own client', () => {
  async function openPage() {
    const channel = webSocketChannel(server.url, { webSocket: WebSocket });
    const backend = aliciaBackend({ channel, conversationId: ROOM, silenceMs: 400 });
    const conversations = createConversations({ backend, confirmWithinMs: 1_000 });
    const leaveThis = conversations.connect();
    const leaveOthers = leave;
    leave = () => {
      leaveThis();
      leaveOthers();
    };
    await expect.poll(() => conversations.getSnapshot().connection).toBe('open');
    const { answer } = conversations.conversation(ROOM);
    return { answer, shown: () => answer.getSnapshot() };
  }
  const speak = async (): Promise<void> => {
    await expect.poll(() => server.model.isHeld()).toBe(true);
    server.model.speak();
  };

  test('an answer is read to its end, and the text kept is the text shown', async () => {
    server.model.length = 2;
    const { answer, shown } = await openPage();
    const settled = answer.start('Why?');
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    await speak();
    expect(await settled).toMatchObject({
      status: 'complete',
      text: 'Sentence 1. Sentence 2.',
    });
    expect(server.kept).toMatchObject([{ outcome: 'complete', text: shown().text }]);
  });

  test('a stop is confirmed, and the next turn works', async () => {
    const { answer, shown } = await openPage();
    void answer.start('Why?');
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    await answer.stop();
    await expect.poll(() => shown().stopRecord?.confirmation).toBe('confirmed');
    expect(shown()).toMatchObject({ status: 'stopped', text: 'Sentence 1.' });
    server.model.length = 1;
    const settled = answer.start('Next.');
    await speak();
    expect(await settled).toMatchObject({ status: 'complete', text: 'Sentence 1.' });
  });

  test('a shutdown is shown as interrupted, with what was said', async () => {
    const { answer, shown } = await openPage();
    const settled = answer.start('Why?');
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    await server.runs.close();
    expect(await settled).toMatchObject({
      status: 'error',
      text: 'Sentence 1.',
      error: { code: 'interrupted', retryable: true },
      stopRecord: null,
    });
  });

  test('after a cut the missed sentences come, and none twice', async () => {
    server.model.length = 3;
    const { answer, shown } = await openPage();
    const settled = answer.start('Why?');
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    server.cut();
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1. Sentence 2.');
    await speak();
    expect(await settled).toMatchObject({
      status: 'complete',
      text: 'Sentence 1. Sentence 2. Sentence 3.',
    });
  });

  test('another tab whose message is refused does not end this tab’s answer', async () => {
    const { answer, shown } = await openPage();
    void answer.start('Why?');
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    const other = await server.open();
    other.say(2, { id: 'msg_other', conversationId: ROOM, content: 'Me too.' });
    await expect.poll(() => other.errors()).toMatchObject([{ code: 202 }]);
    await speak();
    await expect.poll(() => shown().text).toBe('Sentence 1. Sentence 2.');
    expect(shown()).toMatchObject({ status: 'streaming', error: null });
  });

  test('an answer that fails ends on every tab that shows it', async () => {
    const asker = await openPage();
    const watcher = await openPage();
    void asker.answer.start('Why?');
    await speak();
    await expect.poll(() => watcher.shown().text).toBe('Sentence 1.');
    server.model.fails = true;
    await speak();
    for (const { shown } of [asker, watcher]) {
      await expect.poll(() => shown()).toMatchObject({ status: 'error', text: 'Sentence 1.' });
    }
  });

  test('of two tabs that send at once, one is answered and one is told why not', async () => {
    const pages = [await openPage(), await openPage()];
    for (const { answer } of pages) void answer.start('Why?');
    await speak();
    const statuses = () => pages.map(({ shown }) => shown().status).sort();
    await expect.poll(statuses).toEqual(['error', 'streaming']);
  });
});
