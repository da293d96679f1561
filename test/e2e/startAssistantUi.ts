import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../../scripts/launchBrowser.mjs';
import { alias } from '../../vite.config.js';
import type {} from './assistantUiPage/Thread.js';
import { complaintsOf } from './complaintsOf.js';
import { type ChatServer, startChatServer } from './conversations/startChatServer.js';

const ROOT = fileURLToPath(new URL('./assistantUiPage', import.meta.url));
const OUT = fileURLToPath(
  new URL('../../node_modules/.cache/stopkit/assistantUi', import.meta.url),
);
const REACT_18 = fileURLToPath(new URL('../react-18/node_modules', import.meta.url));

/** The majors of React that are supported. */
export type ReactMajor = 18 | 19;

const onReact18 = [
  { find: /^react(\/.*)?$/, replacement: `${REACT_18}/react$1` },
  { find: /^react-dom(\/.*)?$/, replacement: `${REACT_18}/react-dom$1` },
];

/** A chat of assistant-ui: its page in a browser, and a server whose model says what the test tells it to. */
export interface AssistantUi {
  server: ChatServer;
  /** Opens the page; `complaints` are its console errors and warnings and its uncaught errors. */
  open(query: string): Promise<{ page: Page; complaints: string[] }>;
  close(): Promise<void>;
}

/** Builds the page for production, and starts its server and a browser. */
export async function startAssistantUi(major: ReactMajor): Promise<AssistantUi> {
  const folder = join(OUT, String(major));
  await build({
    configFile: false,
    root: ROOT,
    plugins: [react()],
    resolve: { alias: [...alias, ...(major === 18 ? onReact18 : [])] },
    build: { outDir: folder, emptyOutDir: true },
    logLevel: 'error',
  });
  const server = await startChatServer({ folder });
  const browser: Browser = await launchBrowser();

  return {
    server,
    async open(query) {
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${server.url}/?${query}`);
      await page.waitForFunction(() => 'assistantUi' in window);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
