import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasRedisServer, type StartedRedis, startRedis } from '../server/redis/startRedis.js';
import { type AiSdkChat, startAiSdkChat } from './startAiSdkChat.js';

const hasRedis = hasRedisServer();
if (!hasRedis) console.log('stopkit: redis-server is not here: stop with resume is not tested.');

let redis: StartedRedis;
let chat: AiSdkChat;
beforeAll(async () => {
  if (!hasRedis) return;
  redis = await startRedis();
  chat = await startAiSdkChat(6, { redis: redis.url });
});
afterAll(async () => {
  if (!hasRedis) return;
  await chat.close();
  await redis.stop();
});

const soon = <T>(read: () => T) => expect.poll(read);
const snapshotOf = (page: Page) => page.evaluate(() => window.aiSdk.answer?.getSnapshot());
const isStreaming = (page: Page) =>
  soon(() => snapshotOf(page)).toMatchObject({
    status: 'streaming',
    text: expect.stringContaining('truth') as string,
  });

test.skipIf(!hasRedis)(
  'rules 3, 4 and 6: stop with resume: a reload in the middle, a stop from another tab, and everybody agrees',
  async () => {
    const { page: reloaded, complaints } = await chat.open('id=both&resume');
    await reloaded.evaluate(() => window.aiSdk.send('id=both,intervalMs=15'));
    await isStreaming(reloaded);

    await reloaded.reload();
    await reloaded.waitForFunction(() => 'aiSdk' in window);
    await isStreaming(reloaded);
    const { page: other } = await chat.open('id=both&resume');
    await isStreaming(other);
    const runId = (await snapshotOf(reloaded))?.runId;
    expect((await snapshotOf(other))?.runId).toBe(runId);
    expect((await chat.model.log('both'))?.leftAt).toEqual([]);

    const record = await other.evaluate(() => window.aiSdk.answer?.stop());
    expect(record).toMatchObject({ runId, by: 'user', confirmation: 'confirmed' });
    await soon(async () => (await chat.model.log('both'))?.leftAt.length).toBe(1);
    expect((await chat.model.log('both'))?.requests).toBe(1);

    expect((await snapshotOf(other))?.status).toBe('stopped');
    await soon(() => snapshotOf(reloaded)).toMatchObject({
      status: 'stopped',
      stopRecord: { reason: 'other-tab', confirmation: 'confirmed' },
    });
    const { settled, saves, messages } = await chat.stored('both');
    expect(settled).toMatchObject([{ id: runId, outcome: 'stopped', by: 'user' }]);
    expect(saves).toEqual([1]);
    const text = (await snapshotOf(other))?.text ?? '';
    expect(text).not.toBe('');
    expect(settled[0]?.text).toBe(text);
    expect(messages.filter(({ role }) => role === 'assistant')).toHaveLength(1);
    expect(complaints).toEqual([]);

    // Once more: nothing runs, and the answer is stopped.
    const { page: later } = await chat.open('id=both&resume&stored');
    await soon(() => snapshotOf(later)).toMatchObject({ status: 'stopped', text, runId });
  },
);

test.skipIf(!hasRedis)(
  'rule 11: a stopped answer is not revived by a resume of the same page',
  async () => {
    const { page } = await chat.open('id=sticky&resume');
    await page.evaluate(() => window.aiSdk.send('id=sticky,intervalMs=15'));
    await isStreaming(page);
    await page.evaluate(() => {
      void window.aiSdk.answer?.stop();
      return window.aiSdk.chat.resumeStream();
    });
    expect(['stopping', 'stopped']).toContain((await snapshotOf(page))?.status);
    await soon(async () => (await snapshotOf(page))?.status).toBe('stopped');
  },
);

test.skipIf(!hasRedis)('a resumed answer goes on to its end', async () => {
  const { page: first } = await chat.open('id=whole');
  await first.evaluate(() => window.aiSdk.send('id=whole,intervalMs=20,count=250'));
  await isStreaming(first);
  await first.close();
  const { page } = await chat.open('id=whole&resume');
  await soon(() => snapshotOf(page)).toMatchObject({ status: 'complete' });
  const { settled } = await chat.stored('whole');
  expect(settled).toMatchObject([{ outcome: 'complete', text: (await snapshotOf(page))?.text }]);
});
