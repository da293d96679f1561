import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { setUp } from '../../scripts/setUp.mjs';
import { type AssistantUi, type ReactMajor, startAssistantUi } from './startAssistantUi.js';

const MAJORS: readonly ReactMajor[] = [19, 18];

/** Waits for what is to become true. */
const soon = <T>(read: () => T) => expect.poll(read);

/** What assistant-ui itself says of its thread. */
const threadOf = (page: Page) =>
  page.evaluate(() => {
    const { isRunning, messages } = window.assistantUi.runtime.thread.getState();
    return {
      isRunning,
      messages: messages.map(({ role, status, content, metadata }) => {
        const { stopkit } = metadata.custom as { stopkit?: { stopRecord: unknown } };
        return { role, status, content, stop: stopkit?.stopRecord };
      }),
    };
  });
const lastOf = async (page: Page) => (await threadOf(page)).messages.at(-1);
const CANCELLED = { type: 'incomplete', reason: 'cancelled' };

const composer = (page: Page) => page.getByLabel('Message');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const answers = (page: Page) => page.locator('[data-role="assistant"]');
const textOf = async (page: Page) =>
  (await answers(page).last().locator('[data-part="text"]').allTextContents()).join('');

/** A press without a pointer, which the guard against a double click on Send does not hold back. */
const press = (page: Page, name: string) =>
  page.getByRole('button', { name }).evaluate((one: HTMLElement) => one.click());

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

describe.each(MAJORS)('assistant-ui on React %i', (major) => {
  let chat: AssistantUi;
  beforeAll(async () => {
    if (major === 18) await setUp('test/react-18');
    chat = await startAssistantUi(major);
  }, 300_000);
  afterAll(() => chat.close());

  /** An answer of which something is on the screen. */
  async function begin(page: Page, id: string, said = 'Wind '): Promise<void> {
    await write(page, `What of ${id}?`);
    await soon(() => chat.server.isRunning(id)).toBe(true);
    chat.server.say(id, said);
    await soon(() => textOf(page)).toBe(said);
  }

  test('rules 1, 3 and 7: a press freezes the text, closes the model, and what is stored is what was shown', async () => {
    const { page, complaints } = await chat.open('id=shown');
    await begin(page, 'shown');
    const talk = setInterval(() => chat.server.say('shown', 'word '), 2);
    onTestFinished(() => clearInterval(talk));
    await soon(() => textOf(page)).toMatch(/(word ){20}/);
    const [onScreen, atThePress] = await button(page, 'Cancel').evaluate((cancel: HTMLElement) => {
      cancel.click();
      const parts = document.querySelectorAll('[data-role="assistant"] [data-part="text"]');
      const drawn = Array.from(parts, (part) => part.textContent).join('');
      return [drawn, window.assistantUi.answer?.getSnapshot().text ?? ''] as const;
    });
    // assistant-ui draws in a task of its own, so that a last frame may be on its way.
    expect(atThePress.startsWith(onScreen)).toBe(true);
    await soon(() => lastOf(page)).toMatchObject({
      status: CANCELLED,
      stop: { by: 'user', confirmation: 'confirmed', seenChars: atThePress.length },
    });
    await soon(() => chat.server.isRunning('shown')).toBe(false);
    expect(await textOf(page)).toBe(atThePress);

    const again = await chat.open('id=shown');
    await soon(() => lastOf(again.page)).toMatchObject({
      content: [{ type: 'text', text: atThePress }],
    });
    expect(complaints.concat(again.complaints)).toEqual([]);
  });

  test('rule 2: alone, assistant-ui runs for ever where its adapter ignores the signal, and takes no next message', async () => {
    const { page } = await chat.open('local');
    await write(page, `local-${major}`);
    await soon(() => chat.server.isRunning(`local-${major}`)).toBe(true);
    await button(page, 'Cancel').click();
    await composer(page).fill('next');
    await composer(page).press('Enter');
    const late = Date.now() + 1_000;
    while (Date.now() < late) {
      const { isRunning, messages } = await threadOf(page);
      expect({ isRunning, count: messages.length }).toEqual({ isRunning: true, count: 2 });
    }
    expect(await composer(page).inputValue()).toContain('next');
  });

  test('rule 2: with stopkit, it is free at once, and the next message has its answer', async () => {
    const { page, complaints } = await chat.open('generation&deaf');
    await write(page, `deaf-${major}`);
    await soon(() => chat.server.isRunning(`deaf-${major}`)).toBe(true);
    await button(page, 'Cancel').click();
    await soon(() => threadOf(page)).toMatchObject({ isRunning: false });
    expect(await lastOf(page)).toMatchObject({ status: CANCELLED });
    await write(page, `next-${major}`);
    await soon(() => chat.server.isRunning(`next-${major}`)).toBe(true);
    chat.server.say(`next-${major}`, 'Here I am.');
    chat.server.end(`next-${major}`);
    await soon(() => lastOf(page)).toMatchObject({ status: { type: 'complete' } });
    expect(await textOf(page)).toContain('Here I am.');
    expect(complaints).toEqual([]);
  });

  test('rule 2: with a server that never answers to the stop, the next message may be sent at once', async () => {
    const { page } = await chat.open('id=hang&confirmWithinMs=500');
    await page.route('**/stop', () => undefined);
    await begin(page, 'hang');
    await button(page, 'Cancel').click();
    await soon(() => threadOf(page)).toMatchObject({ isRunning: false });
    expect(await lastOf(page)).toMatchObject({
      status: CANCELLED,
      stop: { confirmation: 'pending' },
    });
    expect(await button(page, 'Send').isVisible()).toBe(true);
    await soon(() => lastOf(page)).toMatchObject({ stop: { confirmation: 'unconfirmed' } });
  });

  test('rule 3: a stop that nobody confirmed is told as that inside the message, and can be retried there', async () => {
    const { page } = await chat.open('id=honest');
    await page.route('**/stop', (route) => route.abort());
    await begin(page, 'honest');
    await press(page, 'Stop generating');
    await soon(() => lastOf(page)).toMatchObject({
      status: CANCELLED,
      stop: { confirmation: 'unconfirmed' },
    });
    const receipt = answers(page).last().locator('[data-stopkit="stop-receipt"]');
    expect(await receipt.innerText()).not.toBe('Stopped');
    await page.unroute('**/stop');
    await receipt.getByRole('button', { name: 'Retry stop' }).click();
    await soon(() => lastOf(page)).toMatchObject({ stop: { confirmation: 'confirmed' } });
    await soon(() => chat.server.isRunning('honest')).toBe(false);
  });

  test('rule 4: a stop and a message in one tick: the new answer goes on, and the old one is closed', async () => {
    const { page, complaints } = await chat.open('id=tick');
    await begin(page, 'tick');
    const open = chat.server.open();
    await page.evaluate(() => {
      const { thread } = window.assistantUi.runtime;
      thread.cancelRun();
      thread.append('And now?');
    });
    await soon(() => threadOf(page)).toMatchObject({ isRunning: true });
    await soon(async () => (await threadOf(page)).messages.length).toBe(4);
    await soon(() => chat.server.isRunning('tick')).toBe(true);
    chat.server.say('tick', 'Rain.');
    await soon(() => textOf(page)).toBe('Rain.');
    expect(chat.server.open()).toBe(open);
    chat.server.end('tick');
    await soon(() => lastOf(page)).toMatchObject({ status: { type: 'complete' } });
    expect((await threadOf(page)).messages[1]).toMatchObject({ status: CANCELLED });
    expect(complaints).toEqual([]);
  });

  test('rules 6 and 11: a stopped answer is kept with its mark, after the next one and after a reload, and nothing restarts', async () => {
    const { page } = await chat.open('id=kept');
    await begin(page, 'kept');
    await page.evaluate(() => window.assistantUi.answer?.stop({ reason: 'wrong-topic' }));
    await begin(page, 'kept', 'Rain.');
    chat.server.end('kept');
    await soon(() => lastOf(page)).toMatchObject({ status: { type: 'complete' } });
    const open = chat.server.open();
    await page.reload();
    await soon(async () => (await threadOf(page)).messages.length).toBe(4);
    const { isRunning, messages } = await threadOf(page);
    expect(messages[1]).toMatchObject({
      content: [{ type: 'text', text: 'Wind ' }],
      status: CANCELLED,
      stop: { reason: 'wrong-topic', persisted: 'backend' },
    });
    expect(await answers(page).first().locator('[data-stopkit="stop-receipt"]').count()).toBe(1);
    expect({ isRunning, open: chat.server.open() }).toEqual({ isRunning: false, open });
  });

  test('rule 8: a stop that comes too late becomes complete, with the rest of its text', async () => {
    const { page } = await chat.open('id=late');
    const atTheStop: unknown[] = [];
    await page.route('**/stop', async (route) => {
      atTheStop.push((await lastOf(page))?.status);
      chat.server.say('late', 'and rain.');
      chat.server.end('late');
      await soon(() => chat.server.isRunning('late')).toBe(false);
      await route.continue();
    });
    await begin(page, 'late');
    await button(page, 'Cancel').click();
    await soon(() => lastOf(page)).toMatchObject({
      status: { type: 'complete' },
      content: [{ type: 'text', text: 'Wind and rain.' }],
    });
    expect(atTheStop).toEqual([CANCELLED]);
  });

  test('rule 9: a tool call that is open at the stop is closed, and so is what was thought', async () => {
    const { page } = await chat.open('generation');
    await write(page, 'Search.');
    await soon(() => page.evaluate(() => window.assistantUi.source.requests.length)).toBe(1);
    await page.evaluate(() => {
      window.assistantUi.source.say(
        { type: 'reasoning', delta: 'Hm.' },
        { type: 'tool-call', id: 'c1', name: 'search', arguments: '{"q":"wind"}' },
      );
    });
    await soon(async () => (await lastOf(page))?.content.length).toBe(2);
    await button(page, 'Cancel').click();
    await soon(() => lastOf(page)).toMatchObject({
      status: CANCELLED,
      content: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'tool-call', args: { q: 'wind' }, isError: true, result: { cancelled: true } },
      ],
    });
  });

  test('rule 12: a failure is a sentence in its message, and Reload asks again', async () => {
    const { page, complaints } = await chat.open('id=fails');
    await page.route('**/api/chat', (route) => route.fulfill({ status: 500 }), { times: 1 });
    await write(page, 'What of it?');
    await soon(() => lastOf(page)).toMatchObject({ status: { reason: 'error' } });
    const status = (await lastOf(page))?.status as { error: string } | undefined;
    expect(await answers(page).last().innerText()).toContain(status?.error);
    await answers(page).last().getByRole('button', { name: 'Ask again' }).click();
    await soon(() => chat.server.isRunning('fails')).toBe(true);
    chat.server.end('fails');
    expect(complaints).toEqual([]);
  });

  test('Reload of an answer that another page asked for asks the same question', async () => {
    const first = await chat.open('id=again');
    await begin(first.page, 'again');
    chat.server.end('again');
    await soon(() => lastOf(first.page)).toMatchObject({ status: { type: 'complete' } });
    const { page } = await chat.open('id=again');
    await answers(page).last().getByRole('button', { name: 'Ask again' }).click();
    await soon(() => chat.server.isRunning('again')).toBe(true);
    await soon(async () => (await threadOf(page)).messages.length).toBe(4);
    expect((await threadOf(page)).messages[2]?.content).toEqual([
      { type: 'text', text: 'What of again?' },
    ]);
    chat.server.end('again');
  });

  test('Reload makes the same answer anew, in its place', async () => {
    const { page } = await chat.open('generation');
    await write(page, 'Why?');
    await soon(() => page.evaluate(() => window.assistantUi.source.requests.length)).toBe(1);
    await page.evaluate(() => {
      window.assistantUi.source.text('Because.');
      window.assistantUi.source.done();
    });
    await soon(() => lastOf(page)).toMatchObject({ status: { type: 'complete' } });
    await answers(page).last().getByRole('button', { name: 'Ask again' }).click();
    await soon(() => page.evaluate(() => window.assistantUi.source.requests.length)).toBe(2);
    await page.evaluate(() => window.assistantUi.source.text('Therefore.'));
    await soon(() => textOf(page)).toBe('Therefore.');
    expect((await threadOf(page)).messages).toHaveLength(2);
  });

  test('a message that is stopped while it waits to be sent is a draft again', async () => {
    const { page, complaints } = await chat.open('id=draft');
    await page.route('**/stop', () => undefined);
    await begin(page, 'draft');
    await button(page, 'Cancel').click();
    await write(page, 'And now?');
    await soon(() => threadOf(page)).toMatchObject({ isRunning: true });
    await soon(() => composer(page).inputValue()).toBe('');
    await button(page, 'Cancel').click();
    await soon(() => composer(page).inputValue()).toBe('And now?');
    expect(complaints).toEqual([]);
  });

  test('a token draws its own message and no other, and no message has a second version', async () => {
    const { page } = await chat.open('id=drawn');
    await begin(page, 'drawn');
    await page.evaluate(() => window.assistantUi.answer?.stop());
    await begin(page, 'drawn');
    const { drawn, messages } = await page
      .evaluateHandle(() => ({
        drawn: { ...window.assistantUi.drawn },
        messages: window.assistantUi.runtime.thread.getState().messages,
      }))
      .then(async (handle) => ({
        drawn: await handle.evaluate((before) => before.drawn),
        messages: handle,
      }));
    for (const word of ['blows ', 'and ', 'blows.']) {
      const before = await textOf(page);
      chat.server.say('drawn', word);
      await soon(() => textOf(page)).toBe(before + word);
    }
    const now = await page.evaluate(() => window.assistantUi.drawn);
    expect(now['assistant 3']).toBeGreaterThan(drawn['assistant 3'] ?? 0);
    expect({ ...now, 'assistant 3': 0 }).toEqual({ ...drawn, 'assistant 3': 0 });
    expect(
      await messages.evaluate((before) =>
        window.assistantUi.runtime.thread
          .getState()
          .messages.map((message, index) => message === before.messages[index]),
      ),
    ).toEqual([true, true, true, false]);
    chat.server.end('drawn');
    await soon(() => lastOf(page)).toMatchObject({ status: { type: 'complete' } });
    expect(
      await page.evaluate(() =>
        [0, 1, 2, 3].map(
          (index) =>
            window.assistantUi.runtime.thread.getMessageByIndex(index).getState().branchCount,
        ),
      ),
    ).toEqual([1, 1, 1, 1]);
  });
});
