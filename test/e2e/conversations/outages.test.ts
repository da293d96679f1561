import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from '../../../scripts/launchBrowser.mjs';
import { heldScript } from '../../servers/dispatch/script.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';
import { startProcess } from '../startProcess.js';
import { buildPage, serveFolder } from './startPages.js';
import { LONG } from '../../tier.js';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await buildPage('outages');
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function open(url: string): Promise<Page> {
  const tab = await browser.newPage();
  onTestFinished(() => tab.close());
  tab.setDefaultTimeout(5_000);
  await tab.goto(url);
  await tab.locator('main[data-connection="open"]').waitFor({ state: 'attached' });
  return tab;
}

const send = (tab: Page, text: string): Promise<void> =>
  tab.evaluate((what) => void window.tab.send?.(what), text);
const words = async (tab: Page): Promise<string> =>
  (await tab.locator('[data-part="text"]').allTextContents()).join('|').trim();
const answers = (tab: Page): Promise<(string | undefined)[]> =>
  tab
    .locator('[data-stopkit="assistant-message"]')
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.status));
const status = (tab: Page): Promise<string | null> =>
  tab.locator('main').getAttribute('data-status');
const stopButton = (tab: Page) => tab.getByRole('button', { name: 'Stop generating' });
const press = (tab: Page): Promise<void> =>
  stopButton(tab).evaluate((button: HTMLElement) => button.click());
const reconnecting = (tab: Page) => tab.getByText('Reconnecting…');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A page on Dispatch whose answer has begun. */
async function startDispatch() {
  const server = await startDispatchServer();
  onTestFinished(server.close);
  server.traps[1] = false;
  const pages = await serveFolder(folder);
  onTestFinished(pages.close);
  const { baseUrl, socketUrl } = server;
  const tab = await open(`${pages.url}/?backend=dispatch&base=${baseUrl}&socket=${socketUrl}`);
  const held = heldScript();
  server.nextTurn(held.script);
  await send(tab, 'Hi');
  held.say({ type: 'text', delta: 'Hello ' });
  await expect.poll(() => words(tab)).toBe('Hello');
  return { server, tab, held };
}

test.runIf(LONG)(
  'E5: the WebSocket is cut 100 ms before done and back after 2 s: idle and the whole text, without a reload',
  async () => {
    const { server, tab, held } = await startDispatch();
    server.refusesSockets = true;
    server.cutSockets();
    // These two pauses are what is tested.
    await pause(100);
    held.say({ type: 'text', delta: 'world' });
    held.end();
    await reconnecting(tab).waitFor();
    await pause(1_900);
    expect(server.conversation('c1').activeTurn()).toBeNull();
    // Nothing is claimed while nobody can know.
    expect(await answers(tab)).toEqual(['streaming']);
    server.refusesSockets = false;
    await expect.poll(() => answers(tab), { timeout: 6_000 }).toEqual(['complete']);
    expect(await words(tab)).toBe('Hello world');
    expect(await status(tab)).toBe('complete');
    expect(await reconnecting(tab).count()).toBe(0);
    expect(await stopButton(tab).count()).toBe(0);
  },
);

test('E9: Stop works while the WebSocket is away, because it goes another way', async () => {
  const { server, tab } = await startDispatch();
  server.refusesSockets = true;
  server.cutSockets();
  await reconnecting(tab).waitFor();
  await press(tab);
  await expect.poll(() => server.conversation('c1').activeTurn()).toBeNull();
  server.refusesSockets = false;
  await expect.poll(() => answers(tab), { timeout: 8_000 }).toEqual(['stopped']);
  expect(await words(tab)).toBe('Hello');
});

/** The chat server as a process, with an answer that has begun. */
async function startProcessed() {
  const data = await mkdtemp(join(tmpdir(), 'stopkit-conversations-'));
  const env = { MESSAGES: join(data, 'messages.json'), PAGES: folder };
  const start = (port: number) =>
    startProcess('test/e2e/conversations/chatServer.ts', { ...env, PORT: String(port) });
  let server = await start(0);
  const { port } = server;
  onTestFinished(async () => {
    await server.stop();
    await rm(data, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const tab = await open(`${url}/?id=c1`);
  const model = (what: string): Promise<unknown> => fetch(`${url}/model?of=c1${what}`);
  const say = (text: string): Promise<unknown> => model(`&text=${encodeURIComponent(text)}`);
  const begin = async (text: string): Promise<void> => {
    await send(tab, 'Hi');
    // The model is spoken to as soon as it is there.
    await expect
      .poll(async () => {
        await say(text);
        return words(tab);
      })
      .toContain(text.trim());
  };
  return {
    tab,
    begin,
    end: () => model(''),
    async kill() {
      const ended = new Promise((resolve) => server.child.once('exit', resolve));
      server.child.kill('SIGKILL');
      await ended;
    },
    async restart() {
      server = await start(port);
    },
  };
}

test('E4: the server is killed with SIGKILL and comes back: nothing spins for ever, and the words stay', async () => {
  const { tab, begin, kill, restart, end } = await startProcessed();
  await begin('Hello');
  const shown = await words(tab);
  await kill();
  await reconnecting(tab).waitFor();
  await restart();
  await expect.poll(() => answers(tab), { timeout: 20_000 }).toEqual(['error']);
  expect(await words(tab)).toBe(shown);
  expect(await stopButton(tab).count()).toBe(0);
  await expect.poll(() => reconnecting(tab).count()).toBe(0);
  // The next message is answered as if nothing had been.
  await begin('Again');
  await end();
  await expect.poll(() => answers(tab)).toEqual(['error', 'complete']);
});

test.runIf(LONG)(
  'E4: Stop is answered while the server is dead, and can be asked again when it is back',
  async () => {
    const { tab, begin, kill, restart } = await startProcessed();
    await begin('Hello');
    const shown = await words(tab);
    await kill();
    await press(tab);
    await expect.poll(() => answers(tab)).toEqual(['stopped']);
    const retry = tab.getByRole('button', { name: /Retry stop/ }).first();
    await retry.waitFor();
    expect(await words(tab)).toBe(shown);
    await restart();
    await retry.click();
    // There is nothing left to stop, and that is said.
    await expect.poll(() => tab.getByRole('button', { name: /Retry stop/ }).count()).toBe(0);
    expect(await words(tab)).toBe(shown);
    await begin('Again');
    await press(tab);
    await expect.poll(() => answers(tab)).toEqual(['stopped', 'stopped']);
  },
);
