import { aliciaBackend, type MessageBody, type ServerMessageName } from 'stopkit/alicia';
import { encodeFromServer } from 'stopkit/alicia/server';
import { createConversations } from 'stopkit/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLine } from '../../servers/alicia/createLine.js';

const ROOM = 'conv_7H93k';

describe('with a server that the test speaks for', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A page on a line, and the server's end of it. */
  function openPage() {
    const line = createLine();
    const conversations = createConversations({
      backend: aliciaBackend({ channel: line.page, conversationId: ROOM }),
    });
    conversations.connect();
    const { answer } = conversations.conversation(ROOM);
    line.connect();
    let said = 0;
    const say = <N extends ServerMessageName>(
      name: N,
      body: Omit<MessageBody<N>, 'conversationId'>,
      stanzaId = (said -= 1),
    ): void => {
      const whole = { ...body, conversationId: ROOM };
      line.server.send(
        encodeFromServer({ name, stanzaId, conversationId: ROOM, body: whole } as never),
      );
    };
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
    return { line, say, pass, answer, conversations, shown: () => answer.getSnapshot() };
  }
  const sentence = (sequence: number, text: string, isFinal = false) => ({
    previousId: 'msg_a',
    sequence,
    text,
    isFinal,
  });
  const missed = (originatingId: string) => ({
    id: 'err_1',
    code: 501,
    message: `no active generation found for target: ${originatingId}`,
    severity: 2,
    recoverable: true,
    originatingId,
  });

  async function streaming() {
    const page = openPage();
    void page.answer.start('Why?');
    await page.pass(50);
    page.say('StartAnswer', { id: 'msg_a', previousId: page.shown().runId ?? '' });
    page.say('AssistantSentence', sentence(1, 'One.'));
    await page.pass(50);
    return page;
  }

  test('a stop whose acknowledgement a cut swallowed is not told to have come too late when it is said again', async () => {
    const { line, say, pass, answer, shown } = await streaming();
    void answer.stop();
    await pass(50);
    line.cut();
    await pass(1_000);
    line.connect();
    expect(line.said('ControlStop')).toHaveLength(2);
    // The first one has ended it: there is nothing left that the second could stop.
    say('ErrorMessage', missed('msg_a'), 0);
    await pass(50);
    expect(shown().stopRecord?.confirmation).toBe('accepted');
  });

  test('an acknowledgement that is replayed after a cut answers the stop that was said again', async () => {
    const { line, say, pass, answer, shown } = await streaming();
    void answer.stop();
    await pass(50);
    const [first] = line.said('ControlStop');
    line.cut();
    await pass(1_000);
    line.connect();
    say('Acknowledgement', { acknowledgedStanzaId: first?.stanzaId ?? 0, success: true });
    await pass(50);
    expect(shown().stopRecord?.confirmation).toBe('accepted');
  });

  test('an answer that was whole before the cut is told so when its stop is said again', async () => {
    const { line, say, pass, answer, shown } = await streaming();
    line.cut();
    void answer.stop();
    await pass(1_000);
    line.connect();
    say('AssistantSentence', sentence(2, 'Two.', true));
    say('ErrorMessage', missed('msg_a'), 0);
    await pass(50);
    expect(shown()).toMatchObject({ status: 'complete', text: 'One. Two.' });
  });
});
