import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { alias } from '../../vite.config.js';
import { listen } from '../servers/listen.js';
import type {} from './aliciaPages/page.js';

// A page of a container has no other address than its own, and no multicast to hide it.
const RTC_ARGS = [
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const ENTRY = fileURLToPath(new URL('./aliciaPages/page.ts', import.meta.url));

let browser: Browser;
let site: Awaited<ReturnType<typeof listen>>;
let client: Page;
let server: Page;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    resolve: { alias },
    logLevel: 'error',
    build: { write: false, lib: { entry: ENTRY, formats: ['es'], fileName: 'page' } },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const script = 'output' in bundle ? bundle.output[0].code : '';
  site = await listen((req, res) => {
    const isPage = req.url === '/';
    res.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
    res.end(isPage ? '<!doctype html><script type="module" src="/page.js"></script>' : script);
  });
  const executablePath = findBrowser();
  browser = await chromium.launch({
    args: [...BROWSER_ARGS, ...RTC_ARGS],
    ...(executablePath === null ? {} : { executablePath }),
  });
});
afterAll(async () => {
  await browser.close();
  site.server.closeAllConnections();
  site.server.close();
});

/** Two pages joined by a data channel: the person's and the assistant's. */
beforeEach(async () => {
  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${site.port}/`);
    await page.waitForFunction(() => 'alicia' in window);
    return page;
  };
  [client, server] = [await open(), await open()];
  await server.evaluate(() => window.alicia.beServer());
  await client.evaluate(() => window.alicia.beClient());
  const offer = await client.evaluate(() => window.alicia.offer());
  const answer = await server.evaluate((sdp) => window.alicia.answer(sdp), offer);
  await client.evaluate((sdp) => window.alicia.accept(sdp), answer);
  await expect.poll(() => client.evaluate(() => window.alicia.state())).toBe('open');
});

const shown = () => client.evaluate(() => window.alicia.shown());
const heard = (name: string) =>
  server.evaluate((wanted) => window.alicia.heard().filter((one) => one.name === wanted), name);
const stops = async () => (await heard('ControlStop')).map(({ body }) => body);

/** An answer of which one sentence was said. */
async function asking(id = 'msg_a1'): Promise<void> {
  const before = (await heard('UserMessage')).length;
  await client.evaluate(() => window.alicia.ask('Why?'));
  await expect.poll(() => heard('UserMessage')).toHaveLength(before + 1);
  await begin(id);
  await sentence(1, 'One.', id);
  await expect.poll(async () => (await shown())?.text).toBe('One.');
}
async function begin(id: string): Promise<void> {
  const [message] = (await heard('UserMessage')).slice(-1);
  const previousId = message?.name === 'UserMessage' ? message.body.id : '';
  await server.evaluate((body) => window.alicia.say('StartAnswer', body), { id, previousId });
}
const sentence = (sequence: number, text: string, previousId = 'msg_a1', isFinal = false) =>
  server.evaluate((body) => window.alicia.say('AssistantSentence', body), {
    previousId,
    sequence,
    text,
    isFinal,
  });
async function acknowledge(): Promise<void> {
  await expect.poll(() => heard('ControlStop')).not.toEqual([]);
  const [stop] = (await heard('ControlStop')).slice(-1);
  await server.evaluate((body) => window.alicia.say('Acknowledgement', body), {
    acknowledgedStanzaId: stop?.stanzaId ?? 0,
    success: true,
  });
}

test('over a data channel between two pages, an answer comes sentence by sentence', async () => {
  await asking();
  await sentence(2, 'Two.', 'msg_a1', true);
  await expect
    .poll(shown)
    .toMatchObject({ status: 'complete', text: 'One. Two.', messageId: 'msg_a1' });
});

test('over a data channel, a stop names its target, is acknowledged, and a late sentence is dropped', async () => {
  await asking();
  const stopped = client.evaluate(() => window.alicia.stop());
  await acknowledge();
  expect(await stopped).toMatchObject({ confirmation: 'accepted' });
  expect(await stops()).toMatchObject([{ targetId: 'msg_a1', stopType: 'generation' }]);
  await sentence(2, 'Late.');
  await asking('msg_a2');
  expect(await shown()).toMatchObject({ status: 'streaming', text: 'One.' });
});

test('over a data channel, a stop before the answer has a name goes without a target, and then with it', async () => {
  await client.evaluate(() => window.alicia.ask('Why?'));
  await expect.poll(() => heard('UserMessage')).toHaveLength(1);
  const stopped = client.evaluate(() => window.alicia.stop());
  await acknowledge();
  await stopped;
  expect((await stops())[0]).not.toHaveProperty('targetId');
  await begin('msg_a1');
  await expect.poll(async () => (await stops())[1]).toMatchObject({ targetId: 'msg_a1' });
});

test('over a data channel, silence counts as accepted', async () => {
  await asking();
  const record = await client.evaluate(() => window.alicia.stop());
  expect(record).toMatchObject({ confirmation: 'accepted' });
});

test('over a data channel, a stop of speech reaches the assistant as one', async () => {
  await asking();
  const stopped = client.evaluate(() => window.alicia.stop('speech'));
  await acknowledge();
  await stopped;
  expect(await stops()).toMatchObject([{ stopType: 'speech' }]);
});
