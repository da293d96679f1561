import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { type StartedProcess, startProcess } from './startProcess.js';

let model: StartedProcess;
let server: StartedProcess;
let browser: Browser;

beforeAll(async () => {
  await build({ configFile: 'demo/vite.config.ts', logLevel: 'error' });
  model = await startProcess('demo/model.ts');
  server = await startProcess('demo/server.ts', { MODEL_URL: `http://127.0.0.1:${model.port}` });
  const executablePath = findBrowser();
  browser = await chromium.launch({
    args: BROWSER_ARGS,
    ...(executablePath === null ? {} : { executablePath }),
  });
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await model.stop();
});

const readLog = async (): Promise<{ requests: number; tokens: number; closed: number }> =>
  (await fetch(`http://127.0.0.1:${model.port}/log`)).json() as Promise<{
    requests: number;
    tokens: number;
    closed: number;
  }>;

test('a press in a real browser freezes the text and closes the connection to the model', async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.port}`);
  await page.getByLabel('Ask anything').fill('Why do stop buttons lie?');
  await page.getByRole('button', { name: 'Send' }).click();
  const text = page.locator('[data-stopkit="text"]');
  await expect.poll(() => text.textContent()).toContain('the truth');
  await page.getByRole('button', { name: 'Stop generating' }).click();
  const frozen = await text.textContent();
  await expect.poll(async () => (await readLog()).closed).toBe(1);
  const { tokens } = await readLog();
  await page.getByText('You stopped this answer').waitFor();
  expect(await text.textContent()).toBe(frozen);
  expect((await readLog()).tokens).toBe(tokens);
  await page.getByRole('button', { name: 'Regenerate' }).click();
  await expect.poll(async () => (await readLog()).requests).toBe(2);
});
