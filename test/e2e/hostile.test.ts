import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileSources } from '../../src/testing/hostileSources.js';
import { type Chat, startChat } from './startChat.js';
import { LONG } from '../tier.js';

const SAMPLED_MS = LONG ? 5_000 : 1_000;
const CONFIRM_WITHIN_MS = 500;
// A busy machine runs a timer late; the bound is the kit's, the rest is the machine's.
const SLACK_MS = 400;

let chat: Chat;
let page: Page;
let complaints: string[];
const lines: string[] = [];

beforeAll(async () => {
  chat = await startChat();
  ({ page, complaints } = await chat.open());
});
afterAll(async () => {
  await chat.close();
  console.log(`stopkit: stop() beside its bound\n${lines.join('\n')}`);
});

test.each(Object.keys(hostileSources))(
  'B4: after a press the text of %s stands still, stop() settles, a new run works, the console is empty',
  async (name) => {
    complaints.length = 0;
    await chat.visit(page, `?source=${name}`);
    // What ends by itself before a word is shown is started again, and pressed in its first frame.
    const pressed =
      (await page.evaluate(() => window.page.startAndStop(false))) ||
      (await page.evaluate(() => window.page.startAndStop(true)));
    const sample = await page.evaluate((ms) => window.page.sampleText(ms), SAMPLED_MS);
    expect(sample.texts).toHaveLength(1);
    expect(sample.frames).toBeGreaterThan(10);

    if (pressed) {
      await expect.poll(() => page.evaluate(() => window.page.stopped)).not.toBeNull();
      const stopped = await page.evaluate(() => window.page.stopped);
      lines.push(
        `stopkit:   ${name}: ${(stopped?.afterMs ?? NaN).toFixed(0)} ms of ${CONFIRM_WITHIN_MS} ms, ${sample.frames} frames`,
      );
      expect(stopped?.record).toMatchObject({ by: 'user' });
      expect(stopped?.afterMs).toBeLessThan(CONFIRM_WITHIN_MS + SLACK_MS);
    } else {
      lines.push(`stopkit:   ${name}: was over before a press, ${sample.frames} frames`);
    }
    await page.getByRole('button', { name: 'Be tame' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('The next run works.').waitFor();
    expect(complaints).toEqual([]);
  },
);
