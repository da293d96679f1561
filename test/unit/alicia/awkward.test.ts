import { aliciaBackend, type MessageBody, type ServerMessageName } from 'stopkit/alicia';
import { createDispatcher, encodeFromServer } from 'stopkit/alicia/server';
import { createConversations } from 'stopkit/core';
import { createRuns } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLine } from '../../servers/alicia/createLine.js';
import { createModel } from '../../servers/alicia/startDispatcher.js';

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

  test('rule 5: a stop before the answer has a name holds for one that begins with a thought', async () => {
    const { line, say, pass, answer, shown } = openPage();
    void answer.start('Why?');
    await pass(50);
    const question = shown().runId ?? '';
    void answer.stop();
    await pass(50);
    const [nameless] = line.said('ControlStop');
    say('Acknowledgement', { acknowledgedStanzaId: nameless?.stanzaId ?? 0, success: true }, 0);
    await pass(50);
    say('ReasoningStep', { id: 'r1', messageId: 'msg_a', sequence: 1, content: 'Hm.' });
    await pass(50);
    say('StartAnswer', { id: 'msg_a', previousId: question });
    say('AssistantSentence', sentence(1, 'One.'));
    await pass(50);
    expect(line.said('ControlStop').at(-1)?.body).toMatchObject({ targetId: 'msg_a' });
    expect(shown()).toMatchObject({ status: 'stopped', text: '' });
  });

  test('an answer that begins with a thought is put in order from its first sentence', async () => {
    const { say, pass, answer, shown } = openPage();
    void answer.start('Why?');
    await pass(50);
    say('ReasoningStep', { id: 'r1', messageId: 'msg_a', sequence: 1, content: 'Hm.' });
    say('StartAnswer', { id: 'msg_a', previousId: shown().runId ?? '' });
    say('AssistantSentence', sentence(2, 'Two.'));
    say('AssistantSentence', sentence(1, 'One.'));
    say('AssistantSentence', sentence(3, 'Three.', true));
    await pass(50);
    expect(shown()).toMatchObject({ status: 'complete', text: 'One. Two. Three.' });
  });

  test('who comes in the middle of an answer, at a tool call, reads what is said from then on', async () => {
    const { say, pass, shown } = openPage();
    say('ToolUseRequest', {
      id: 't1',
      messageId: 'msg_a',
      toolName: 'search',
      parameters: {},
      execution: 'server',
    });
    say('AssistantSentence', sentence(3, 'Three.'));
    await pass(6_000);
    say('AssistantSentence', sentence(4, 'Four.', true));
    await pass(50);
    expect(shown()).toMatchObject({ status: 'complete', text: 'Three. Four.' });
  });

  test('who comes in the middle of a thought reads it from then on', async () => {
    const { say, pass, shown } = openPage();
    for (const sequence of [3, 4]) {
      const content = `Thought ${sequence}.`;
      say('ReasoningStep', { id: `r${sequence}`, messageId: 'msg_a', sequence, content });
    }
    await pass(50);
    expect(shown().parts).toMatchObject([{ type: 'reasoning', text: 'Thought 3.Thought 4.' }]);
  });
});

describe('with the kit’s own server', () => {
  let leaves: (() => unknown)[] = [];
  afterEach(async () => {
    for (const leave of leaves) await leave();
    leaves = [];
  });

  function startServer(length: number, onSettled?: () => Promise<void>) {
    const model = createModel();
    model.length = length;
    const runs = createRuns({
      authorize: () => ({ userId: 'ann' }),
      ...(onSettled && { onSettled }),
    });
    const dispatcher = createDispatcher({
      runs,
      conversationId: ROOM,
      userId: 'ann',
      answer: (request) => model.answer(request),
    });
    leaves.push(
      () => dispatcher.close(),
      () => runs.close(),
    );
    return {
      connect: dispatcher.connect,
      async speak(times = 1): Promise<void> {
        for (let time = 0; time < times; time += 1) {
          await expect.poll(() => model.isHeld()).toBe(true);
          model.speak();
        }
      },
    };
  }

  function openPage(line: ReturnType<typeof createLine>) {
    const conversations = createConversations({
      backend: aliciaBackend({ channel: line.page, conversationId: ROOM }),
    });
    leaves.push(conversations.connect());
    const { answer } = conversations.conversation(ROOM);
    return { answer, shown: () => answer.getSnapshot() };
  }

  test.each([
    ['more', 8, 2],
    ['less', 2, 6],
  ])(
    'who was away while the server was restarted gets the answer that runs there from its start, where it knew %s',
    async (_, known, spoken) => {
      const before = startServer(known);
      let connect = before.connect;
      const [here, there] = [createLine((end) => connect(end)), createLine((end) => connect(end))];
      const page = openPage(here);
      const other = openPage(there);
      here.connect();
      there.connect();
      void other.answer.start('Why?');
      await before.speak(known);
      await expect.poll(() => page.shown().status).toBe('complete');
      here.cut();
      there.cut();

      const after = startServer(spoken + 1);
      connect = after.connect;
      there.connect();
      void other.answer.start('And now?');
      await after.speak(spoken);
      const text = Array.from({ length: spoken }, (__, at) => `Sentence ${at + 1}.`).join(' ');
      await expect.poll(() => other.shown().text).toBe(text);
      here.connect();
      await expect.poll(() => page.shown().text).toBe(text);
      await after.speak();
      await expect.poll(() => page.shown().status).toBe('complete');
      expect(page.shown().text).toBe(`${text} Sentence ${spoken + 1}.`);
    },
  );

  test('a stop while a whole answer is being kept came too late, and says so', async () => {
    let keep: () => void = () => undefined;
    let isKeeping = false;
    const server = startServer(2, () => {
      isKeeping = true;
      return new Promise<void>((resolve) => (keep = resolve));
    });
    const line = createLine(server.connect);
    const { answer, shown } = openPage(line);
    line.connect();
    void answer.start('Why?');
    await server.speak(2);
    await expect.poll(() => isKeeping).toBe(true);
    await expect.poll(() => shown().text).toBe('Sentence 1. Sentence 2.');
    const stopped = answer.stop();
    await expect.poll(() => line.said('ControlStop')).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    keep();
    expect(await stopped).toMatchObject({ confirmation: 'already-finished' });
    expect(shown().text).toBe('Sentence 1. Sentence 2.');
  });
});
