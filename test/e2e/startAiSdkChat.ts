import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../../scripts/launchBrowser.mjs';
import { alias } from '../../vite.config.js';
import type { RunSettled } from 'stopkit/server';
import type { UIMessage } from 'ai';
import { startNode } from '../server/startNode.js';
import { type Model, startModel } from '../server/upstream/startModel.js';
import { aiFolder, type AiMajor } from '../servers/aiSdk/loadAi.js';
import type {} from './aiSdkPage/page.js';

const ENTRY = fileURLToPath(new URL('./aiSdkPage/page.tsx', import.meta.url));
const APP = new URL('../servers/aiSdk/chatApp.ts', import.meta.url);
const OUT = fileURLToPath(new URL('../../node_modules/.cache/stopkit/aiSdkPage', import.meta.url));

/** What the app has stored of a chat. */
export interface Stored {
  messages: UIMessage[];
  settled: RunSettled[];
  saves: number[];
  toolsAborted: number;
}

/** A chat of the AI SDK: its page in a browser, its app, and a model, each in a process of its own. */
export interface AiSdkChat {
  model: Model;
  /** Opens the page; `complaints` are its console errors and its uncaught errors. */
  open(query: string): Promise<{ page: Page; complaints: string[] }>;
  stored(id: string): Promise<Stored>;
  /** A stop that comes from the server itself. */
  stopByOperator(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts it with the packages of one major of the SDK. */
export async function startAiSdkChat(
  major: AiMajor,
  options: { redis?: string; node?: string } = {},
): Promise<AiSdkChat> {
  const folder = join(OUT, String(major));
  mkdirSync(folder, { recursive: true });
  const packages = join(aiFolder(major), 'node_modules');
  await build({
    configFile: false,
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: {
      alias: [
        ...alias,
        { find: /^ai$/, replacement: join(packages, 'ai') },
        { find: /^@ai-sdk\/react$/, replacement: join(packages, '@ai-sdk/react') },
      ],
      dedupe: ['react', 'react-dom'],
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    build: {
      outDir: folder,
      lib: { entry: ENTRY, formats: ['es'], fileName: 'page' },
    },
  });
  const model = await startModel();
  const app = await startNode(APP, {
    env: {
      TEST_AI: String(major),
      TEST_MODEL: `http://127.0.0.1:${model.port}`,
      TEST_PAGE: join(folder, 'page.js'),
      ...(options.redis === undefined ? {} : { TEST_REDIS: options.redis }),
    },
    ...(options.node === undefined ? {} : { node: options.node }),
  });
  const address = `http://127.0.0.1:${app.ports.app}`;
  const browser: Browser = await launchBrowser();

  return {
    model,
    async open(query) {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(`${address}/?${query}`);
      await page
        .waitForFunction(() => 'aiSdk' in window, undefined)
        .catch((error: unknown) => {
          throw new Error(`stopkit: the page did not start. ${complaints.join(' ')}`, {
            cause: error,
          });
        });
      return { page, complaints };
    },
    stored: async (id) => (await (await fetch(`${address}/stored/${id}`)).json()) as Stored,
    async stopByOperator(id) {
      await fetch(`${address}/operator/stop/${id}`);
    },
    async close() {
      await browser.close();
      await app.stop();
      await model.stop();
    },
  };
}
