import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchNodes } from '../../scripts/nodes.mjs';
import { setUp } from '../../scripts/setUp.mjs';
import type { AiMajor } from '../servers/aiSdk/loadAi.js';
import { type AiSdkChat, startAiSdkChat } from './startAiSdkChat.js';

/** The project's own major; all of them in the long tier, where the others are installed on demand. */
const MAJORS: readonly AiMajor[] = [5, 6, 7];

/** Waits for what is to become true. */
const soon = <T>(read: () => T) => expect.poll(read);

const frame = (page: Page) => page.locator('main [data-stopkit="assistant-message"]');
const snapshotOf = (page: Page) => page.evaluate(() => window.aiSdk.answer?.getSnapshot());
const textOf = async (page: Page) => (await snapshotOf(page))?.text ?? '';
const chatOf = (page: Page) =>
  page.evaluate(() => {
    const { status, error, messages } = window.aiSdk.chat;
    return { status, error: error?.message, last: messages.at(-1) };
  });
const send = (page: Page, text: string) => page.evaluate((said) => window.aiSdk.send(said), text);
const stop = (page: Page) => page.evaluate(() => window.aiSdk.stop());

/** What became of a stop after a second: `undefined` is a promise that has not settled. */
const stoppedWithinASecond = (page: Page) =>
  page.evaluate(async () => {
    const late = new Promise((resolve) => setTimeout(resolve, 1_000));
    while (window.aiSdk.stopped === undefined) {
      const tick = new Promise((resolve) => setTimeout(resolve, 10)).then(() => 'tick');
      if ((await Promise.race([late, tick])) !== 'tick') break;
    }
    return window.aiSdk.stopped;
  });

/** An answer of which something is on the screen. */
async function begin(page: Page, script: string): Promise<void> {
  await send(page, script);
  await soon(() => page.locator('main, output').innerText()).toMatch(/wind|Wait\./);
}

/** An answer inside a tool that does not end. */
async function beginTool(page: Page): Promise<void> {
  await begin(page, 'tool');
  await soon(async () => (await chatOf(page)).last?.parts.at(-1)).toMatchObject({
    type: 'tool-wait',
    state: 'input-available',
  });
}

describe.each(MAJORS)('AI SDK %i', (major) => {
  let chat: AiSdkChat;
  beforeAll(async () => {
    if (major !== 6) await setUp(`test/ai-${major}`);
    // ai 7 needs Node 22.
    const node =
      major === 7 ? fetchNodes().find(({ name }) => name.startsWith('Node 22')) : undefined;
    chat = await startAiSdkChat(major, node === undefined ? {} : { node: node.path });
  }, 300_000);
  afterAll(() => chat.close());

  test('rules 1, 3 and 7: a stop freezes the text, is confirmed, and what is stored is what was shown', async () => {
    const { page, complaints } = await chat.open('id=shown');
    await begin(page, 'id=shown,intervalMs=5');
    const [atThePress, record] = await page.evaluate(async () => {
      const stopping = window.aiSdk.answer?.stop();
      return [window.aiSdk.answer?.getSnapshot().text, await stopping] as const;
    });
    expect(record).toMatchObject({ by: 'user', confirmation: 'confirmed' });
    expect(await textOf(page)).toBe(atThePress);
    await soon(async () => (await chat.model.log('shown'))?.leftAt.length).toBe(1);
    const { settled, messages, saves } = await chat.stored('shown');
    expect(settled).toMatchObject([{ outcome: 'stopped', by: 'user', text: atThePress }]);
    expect(settled[0]?.usage).toMatchObject({ estimated: true });
    expect(saves).toEqual([1]);
    expect(messages.at(-1)?.parts.at(-1)).toMatchObject({ type: 'text', text: atThePress });
    expect((await chatOf(page)).last?.parts.at(-1)).toMatchObject({ text: atThePress });
    expect(complaints).toEqual([]);
  });

  test('rule 2: bare, stop() never settles where the transport ignores its abort', async () => {
    const { page } = await chat.open('bare&deaf');
    await send(page, 'anything');
    await stop(page);
    expect(await stoppedWithinASecond(page)).toBeUndefined();
  });

  test('rule 2: with stopkit, it settles, and the chat is ready again', async () => {
    const { page } = await chat.open('deaf&id=deaf');
    await send(page, 'anything');
    await soon(async () => (await snapshotOf(page))?.status).toBe('connecting');
    await stop(page);
    expect(await stoppedWithinASecond(page)).toMatchObject({ by: 'user' });
    expect((await snapshotOf(page))?.status).toBe('stopped');
    await soon(async () => (await chatOf(page)).status).toBe('ready');
  });

  test('rule 2: bare, stop() never settles where a tool of the page does not', async () => {
    const { page } = await chat.open('bare&hang');
    await beginTool(page);
    await stop(page);
    expect(await stoppedWithinASecond(page)).toBeUndefined();
  });

  test('rule 2: with stopkit, it settles', async () => {
    const { page } = await chat.open('hang&id=hang');
    await beginTool(page);
    await stop(page);
    expect(await stoppedWithinASecond(page)).toMatchObject({ by: 'user' });
  });

  test('rule 6: bare, a stopped answer looks like a finished one', async () => {
    const { page } = await chat.open('bare');
    await begin(page, 'id=bare-stopped');
    await stop(page);
    await soon(() => chatOf(page)).toMatchObject({ status: 'ready' });
    const { last, error } = await chatOf(page);
    expect({ error, metadata: last?.metadata }).toEqual({});
  });

  test('rule 6: with stopkit, it is stopped, with its reason, and so it is after a reload', async () => {
    const { page } = await chat.open('id=kept');
    await begin(page, 'id=kept');
    await page.evaluate(() => window.aiSdk.answer?.stop({ reason: 'wrong-topic' }));
    const text = await textOf(page);
    expect(await frame(page).getAttribute('data-status')).toBe('stopped');

    const again = await chat.open('id=kept&stored');
    expect(await frame(again.page).getAttribute('data-status')).toBe('stopped');
    expect(await snapshotOf(again.page)).toMatchObject({
      text,
      stopRecord: { reason: 'wrong-topic', by: 'user', persisted: 'backend' },
    });
    expect(again.complaints).toEqual([]);
  });

  test('rule 6: an answer that was stopped stays so when the next one is there', async () => {
    const { page } = await chat.open('id=next');
    await begin(page, 'id=next-1');
    await page.evaluate(() => window.aiSdk.answer?.stop());
    const text = await textOf(page);
    await send(page, 'id=next-2,count=3,intervalMs=5');
    await soon(async () => (await snapshotOf(page))?.status).toBe('complete');
    const earlier = page.locator('section [data-stopkit="assistant-message"]');
    expect(await earlier.getAttribute('data-status')).toBe('stopped');
    expect(await earlier.innerText()).toContain(text.trim());
  });

  test('rule 4: bare, a stop and a send in one tick look idle while the new answer runs', async () => {
    const { page } = await chat.open('bare');
    await begin(page, 'id=tick-bare-1');
    await page.evaluate(() => {
      window.aiSdk.statuses = [];
      window.aiSdk.stop();
      window.aiSdk.send('id=tick-bare-2,firstMs=300');
    });
    await soon(() => page.evaluate(() => window.aiSdk.statuses)).toContain('ready');
    expect((await chat.model.log('tick-bare-2'))?.leftAt ?? []).toEqual([]);
  });

  test('rule 4: with stopkit, they never look idle, and the stop does not reach the new answer', async () => {
    const { page } = await chat.open('id=tick');
    await begin(page, 'id=tick-1');
    const statuses = await page.evaluate(async () => {
      const { answer } = window.aiSdk;
      const seen: string[] = [];
      answer?.subscribe(() => seen.push(answer.getSnapshot().status));
      window.aiSdk.stop();
      window.aiSdk.send('id=tick-2,intervalMs=5');
      while (answer?.getSnapshot().status !== 'streaming') {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return seen;
    });
    const rest = statuses.slice(statuses.indexOf('connecting'));
    expect(new Set(rest)).toEqual(new Set(['connecting', 'streaming']));
    expect((await chat.model.log('tick-1'))?.leftAt.length).toBe(1);
    const { made = 0 } = (await chat.model.log('tick-2')) ?? {};
    await soon(async () => (await chat.model.log('tick-2'))?.made ?? 0).toBeGreaterThan(made + 9);
    const { settled } = await chat.stored('tick');
    expect(settled).toMatchObject([{ outcome: 'stopped', by: 'user' }]);
    await page.evaluate(() => window.aiSdk.answer?.stop());
  });

  test('rule 3: bare, an end without the end marker is a success', async () => {
    const { page } = await chat.open('bare&api=/hostile/end');
    await send(page, 'anything');
    await soon(async () => (await chatOf(page)).last?.role).toBe('assistant');
    await soon(() => chatOf(page)).toMatchObject({ status: 'ready' });
    expect((await chatOf(page)).error).toBeUndefined();
  });

  test('rule 3: with stopkit, it is an interruption, to the chat as well', async () => {
    const { page } = await chat.open('api=/hostile/end&id=end');
    await send(page, 'anything');
    await soon(() => snapshotOf(page)).toMatchObject({ status: 'error', text: 'Half an answ' });
    const code = await page.evaluate(() => window.aiSdk.answer?.getSnapshot().error?.code);
    expect(code).toBe('interrupted');
    await soon(() => chatOf(page)).toMatchObject({ status: 'error' });
  });

  test('rule 3: bare, an abort of the server is a success', async () => {
    const { page } = await chat.open('bare&api=/hostile/abort');
    await send(page, 'anything');
    await soon(async () => (await chatOf(page)).last?.role).toBe('assistant');
    await soon(() => chatOf(page)).toMatchObject({ status: 'ready' });
    expect((await chatOf(page)).last?.metadata).toBeUndefined();
  });

  test('rule 3: with stopkit, it is stopped, and its message says so', async () => {
    const { page } = await chat.open('api=/hostile/abort&id=abort');
    await send(page, 'anything');
    await soon(() => snapshotOf(page)).toMatchObject({
      status: 'stopped',
      text: 'Half an answ',
      stopRecord: { by: 'remote' },
    });
    await soon(async () => (await chatOf(page)).last?.metadata).toMatchObject({
      stopkit: { stop: { by: 'remote' } },
    });
  });

  test('rule 3: a stop by an operator is shown as stopped, with its reason', async () => {
    const { page, complaints } = await chat.open('id=operator');
    await begin(page, 'id=operator');
    await chat.stopByOperator('operator');
    await soon(() => snapshotOf(page)).toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'remote', reason: 'operator', confirmation: 'confirmed' },
    });
    expect(complaints).toEqual([]);
  });

  test('rule 9: bare, the turn after a stop inside a tool fails', async () => {
    const { page } = await chat.open('bare');
    await beginTool(page);
    await stop(page);
    await send(page, 'tool again');
    await soon(async () => (await chatOf(page)).status).toBe('error');
  });

  test('rule 9: with stopkit, the tool is aborted and cancelled, and the next turn is valid', async () => {
    const { page } = await chat.open('id=tool');
    await beginTool(page);
    await page.evaluate(() => window.aiSdk.answer?.stop());
    expect((await snapshotOf(page))?.parts.at(-1)).toMatchObject({ state: 'cancelled' });
    expect((await chat.stored('tool')).toolsAborted).toBeGreaterThan(0);
    expect((await chat.stored('tool')).messages.at(-1)?.parts.at(-1)).toMatchObject({
      type: 'tool-wait',
      state: 'output-error',
    });
    await send(page, 'tool again');
    await soon(() => snapshotOf(page)).toMatchObject({
      status: 'complete',
      text: 'I was told: user assistant tool user.',
    });
  });

  test('rule 1: a flood is one long task to a bare chat; with stopkit the page has its frames', async () => {
    const longestTask = async (query: string): Promise<number> => {
      const { page } = await chat.open(`${query}&api=/hostile/flood`);
      await send(page, 'anything');
      await soon(() => chatOf(page)).toMatchObject({
        status: 'ready',
        last: { role: 'assistant' },
      });
      return page.evaluate(() => window.aiSdk.longestTaskMs);
    };
    const bare = await longestTask('bare');
    expect(await longestTask('id=frames')).toBeLessThan(bare / 3);
  });

  test('rule 1: with stopkit, a press under a flood freezes the text', async () => {
    const { page, complaints } = await chat.open('api=/hostile/flood&id=flood');
    await send(page, 'anything');
    await soon(async () => (await snapshotOf(page))?.status).toBe('streaming');
    // A click so soon could have been meant for Send; a key is meant.
    await page.getByRole('button', { name: 'Stop' }).press('Enter');
    const { text, status } = (await snapshotOf(page)) ?? {};
    expect(['stopping', 'stopped']).toContain(status);
    await soon(async () => (await chatOf(page)).status).toBe('ready');
    expect(await textOf(page)).toBe(text);
    const { last } = await chatOf(page);
    expect(last?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(text);
    expect(complaints.filter((said) => !said.includes('404'))).toEqual([]);
  });

  test('rule 11: after a stop nothing restarts by itself, and a plain chat.stop() tells the server too', async () => {
    const { page } = await chat.open('id=plain');
    await begin(page, 'id=plain');
    await page.evaluate(() => window.aiSdk.chat.stop());
    await soon(() => snapshotOf(page)).toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'user', confirmation: 'confirmed' },
    });
    await soon(async () => (await chat.model.log('plain'))?.leftAt.length).toBe(1);
    await page.evaluate(() => window.aiSdk.chat.resumeStream());
    expect((await snapshotOf(page))?.status).toBe('stopped');
    expect((await chat.model.log('plain'))?.requests).toBe(1);
  });

  test('rule 12: a failure of the model is an error with a sentence, and Regenerate asks again', async () => {
    const { page } = await chat.open('id=fails');
    await send(page, 'id=fails,status=400');
    await soon(async () => (await snapshotOf(page))?.status).toBe('error');
    const { requests = 0 } = (await chat.model.log('fails')) ?? {};
    await page.evaluate(() => void window.aiSdk.answer?.regenerate());
    await soon(async () => (await chat.model.log('fails'))?.requests).toBeGreaterThan(requests);
  });
});
