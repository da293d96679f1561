import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { socketChannel } from 'stopkit/alicia/server';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { launchBrowser } from '../../scripts/launchBrowser.mjs';
import { alias } from '../../vite.config.js';
import { listen } from '../servers/listen.js';
import { LONG } from '../tier.js';
import { createAssistant } from './aliciaPages/createAssistant.js';
import type {} from './aliciaPages/page.js';

// A page of a container has no other address than its own, and no multicast to hide it.
const RTC_ARGS = [
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const ENTRY = fileURLToPath(new URL('./aliciaPages/page.tsx', import.meta.url));
const PAGE = '<!doctype html><script type="module" src="/page.js"></script>';
const ROOM = 'conv_7H93k';

let browser: Browser;
let site: Awaited<ReturnType<typeof listen>>;
let client: Page;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    resolve: { alias },
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: { write: false, lib: { entry: ENTRY, formats: ['es'], fileName: 'page' } },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const scripts = new Map<string, string>();
  for (const file of 'output' in bundle ? bundle.output : []) {
    if (file.type === 'chunk') scripts.set(`/${file.fileName}`, file.code);
  }
  site = await listen((req, res) => {
    const isPage = req.url === '/';
    res.setHeader('content-type', isPage ? 'text/html' : 'text/javascript');
    res.end(isPage ? PAGE : (scripts.get(req.url ?? '') ?? ''));
  });
  browser = await launchBrowser(RTC_ARGS);
});
afterAll(async () => {
  await browser.close();
  site.server.closeAllConnections();
  site.server.close();
});

/** A new page costs a process: those that a test has done with are loaded anew. */
const spare: Page[] = [];
async function openPage(): Promise<Page> {
  const page = spare.pop() ?? (await browser.newPage());
  await page.goto(`http://127.0.0.1:${site.port}/`);
  await page.waitForFunction(() => 'alicia' in window);
  return page;
}

type Assistant = ReturnType<typeof createAssistant>;

/** The assistant's side, wherever it runs. */
interface Place {
  /** Calls the dispatcher's side. */
  call<K extends keyof Assistant>(
    name: K,
    ...args: Assistant[K] extends (...args: infer A) => unknown ? A : never
  ): Promise<Assistant[K] extends (...args: never[]) => infer R ? R : never>;
  cut(): Promise<void>;
  join(): Promise<void>;
  close(): Promise<void>;
}

/** Two pages joined by a data channel; the dispatcher runs in the second. */
async function inPage(): Promise<Place> {
  const server = await openPage();
  client = await openPage();
  return {
    call: (name, ...args) =>
      server.evaluate(
        ([of, given]) => {
          // A name of the assistant and its own arguments: the pair that TypeScript cannot keep together.
          const act = window.alicia.assistant[of] as (...all: unknown[]) => unknown;
          return act(...given);
        },
        [name, args] as [typeof name, unknown[]],
      ) as never,
    async join() {
      await server.evaluate(() => window.alicia.beServer());
      await client.evaluate(() => window.alicia.beClient());
      const offer = await client.evaluate(() => window.alicia.offer());
      const answer = await server.evaluate((sdp) => window.alicia.answer(sdp), offer);
      await client.evaluate((sdp) => window.alicia.accept(sdp), answer);
    },
    cut: () => server.evaluate(() => window.alicia.hangUp()),
    close() {
      spare.push(server);
      return Promise.resolve();
    },
  };
}

/** A page and a WebSocket server; the dispatcher runs in Node. */
async function inNode(): Promise<Place> {
  const assistant = createAssistant(ROOM, 3);
  let isHeld = true;
  // While the line is down, whoever calls is turned away before the line is open to them.
  const verifyClient = (): boolean => !isHeld;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  server.on('connection', (socket) => {
    socket.on('close', assistant.connect(socketChannel(socket)));
  });
  client = await openPage();
  await client.evaluate(
    (url) => window.alicia.beSocketClient(url),
    `ws://127.0.0.1:${address.port}`,
  );
  return {
    call: (name, ...args) =>
      Promise.resolve((assistant[name] as (...all: unknown[]) => unknown)(...args)) as never,
    join() {
      isHeld = false;
      return Promise.resolve();
    },
    cut() {
      isHeld = true;
      for (const socket of server.clients) socket.terminate();
      return Promise.resolve();
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each([
  ['an RTCDataChannel between two pages', inPage],
  ['a WebSocket', inNode],
] as const)('over %s', (_, open) => {
  let place: Place;
  const shown = () => client.evaluate(() => window.alicia.shown());
  const isOpen = () => expect.poll(() => client.evaluate(() => window.alicia.state())).toBe('open');
  const heard = async (name: string) =>
    (await place.call('heard')).filter((envelope) => envelope.name === name);
  const stops = async () => (await heard('ControlStop')).map(({ body }) => body);
  const speak = async (): Promise<void> => {
    await expect.poll(() => place.call('isHeld')).toBe(true);
    await place.call('speak');
  };
  /** An answer of which one sentence was said. */
  async function asking() {
    await client.evaluate(() => window.alicia.ask('Why?'));
    await speak();
    await expect.poll(async () => (await shown())?.text).toBe('Sentence 1.');
    return (await shown())?.messageId ?? '';
  }
  const read = async (): Promise<void> => {
    await client.evaluate(() => window.alicia.read());
    await client.evaluate(() => window.alicia.speech.next());
    expect(await client.evaluate(() => window.alicia.speech.isSpeaking())).toBe(true);
  };
  /** A press in the first moment counts as meant for what was there before. */
  const press = (name: string) =>
    expect
      .poll(async () => {
        await client.getByRole('button', { name }).click();
        return client.evaluate(() => window.alicia.speech.isSpeaking());
      })
      .toBe(false);

  beforeEach(async () => {
    place = await open();
    await place.join();
    await isOpen();
  });
  afterEach(async () => {
    spare.push(client);
    await place.close();
  });

  test('a stop names its target, is acknowledged, and a late sentence is dropped', async () => {
    const targetId = await asking();
    // Only the acknowledgement: what is said at the end of a stopped answer would confirm it.
    await place.call('swallow', 'AssistantSentence');
    const record = await client.evaluate(() => window.alicia.stop());
    expect(record).toMatchObject({ confirmation: 'accepted', by: 'user' });
    expect(await stops()).toMatchObject([{ targetId, stopType: 'generation' }]);
    expect(await place.call('kept')).toEqual([{ outcome: 'stopped', text: 'Sentence 1.' }]);
    await place.call('swallow');
    await place.call('sayLate', targetId, 2);
    // What is said behind it has arrived, so that it has too.
    await client.evaluate(() => window.alicia.ask('And?'));
    await speak();
    await expect.poll(async () => (await shown())?.messageId).not.toBe(targetId);
    await expect.poll(async () => (await shown())?.text).toBe('Sentence 1.');
  });

  // The quick tier sends one stop through two pages: what is said is the same through both.
  if (!LONG && open === inPage) return;

  test('an answer comes sentence by sentence, and ends', async () => {
    const messageId = await asking();
    await speak();
    await speak();
    const text = 'Sentence 1. Sentence 2. Sentence 3.';
    await expect.poll(shown).toMatchObject({ status: 'complete', text, messageId });
    expect(await place.call('kept')).toEqual([{ outcome: 'complete', text }]);
  });

  test('the last sentence of a stopped answer confirms the stop', async () => {
    await asking();
    await client.evaluate(() => window.alicia.stop());
    await expect.poll(shown).toMatchObject({
      status: 'stopped',
      text: 'Sentence 1.',
      stopRecord: { confirmation: 'confirmed' },
    });
  });

  test('a stop before the answer has a name goes without a target, and ends it', async () => {
    await place.call('swallow', 'StartAnswer', 'AssistantSentence');
    await client.evaluate(() => window.alicia.ask('Why?'));
    await expect.poll(() => heard('UserMessage')).toHaveLength(1);
    const record = await client.evaluate(() => window.alicia.stop());
    expect(record).toMatchObject({ confirmation: 'accepted' });
    expect((await stops())[0]).not.toHaveProperty('targetId');
    await expect.poll(() => place.call('kept')).toEqual([{ outcome: 'stopped', text: '' }]);
  });

  test('silence is accepted', async () => {
    await asking();
    await place.call('swallow', 'Acknowledgement', 'AssistantSentence');
    const record = await client.evaluate(() => window.alicia.stop());
    expect(record).toMatchObject({ confirmation: 'accepted' });
    expect(await shown()).toMatchObject({ status: 'stopped', text: 'Sentence 1.' });
  });

  test('a stop of speech silences the page and the server, and the text goes on', async () => {
    await asking();
    await read();
    await press('Stop speaking');
    await expect.poll(() => place.call('silenced')).toEqual(['user_clicked_stop']);
    expect(await stops()).toMatchObject([{ stopType: 'speech' }]);
    await client.evaluate(() => window.alicia.speech.next());
    expect(await client.evaluate(() => window.alicia.speech.spoken())).toEqual(['Sentence 1.']);
    await speak();
    await expect
      .poll(shown)
      .toMatchObject({ status: 'streaming', text: 'Sentence 1. Sentence 2.' });
  });

  test('a stop of all ends the text and what is heard, and the server is told once', async () => {
    await asking();
    await read();
    await press('Stop everything');
    await expect.poll(() => place.call('silenced')).toEqual(['user_clicked_stop']);
    await expect.poll(shown).toMatchObject({ status: 'stopped', text: 'Sentence 1.' });
    expect(await stops()).toMatchObject([{ stopType: 'all' }]);
  });

  test('after a cut, what was missed comes once, and what is said twice is shown once', async () => {
    await asking();
    await place.cut();
    await expect.poll(() => client.evaluate(() => window.alicia.state())).toBe('reconnecting');
    await speak();
    expect(await shown()).toMatchObject({ status: 'streaming', text: 'Sentence 1.' });
    await place.join();
    await isOpen();
    await expect.poll(async () => (await shown())?.text).toBe('Sentence 1. Sentence 2.');
    await place.call('repeat');
    await speak();
    await expect
      .poll(shown)
      .toMatchObject({ status: 'complete', text: 'Sentence 1. Sentence 2. Sentence 3.' });
    const seen = (await heard('Configuration')).map(({ body }) => body);
    // The answer has begun and said one sentence; acknowledgements take no number.
    expect(seen).toMatchObject([{ lastSequenceSeen: 0 }, { lastSequenceSeen: -2 }]);
  });

  test('a stop during a cut reaches the server when the line is back', async () => {
    await asking();
    await place.cut();
    await expect.poll(() => client.evaluate(() => window.alicia.state())).toBe('reconnecting');
    const stopped = client.evaluate(() => window.alicia.stop());
    await expect.poll(shown).toMatchObject({ status: 'stopping', text: 'Sentence 1.' });
    await place.join();
    await isOpen();
    await stopped;
    await expect.poll(() => place.call('kept')).toMatchObject([{ outcome: 'stopped' }]);
  });
});
