import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../../scripts/launchBrowser.mjs';
import { alias } from '../../vite.config.js';
import type { ChatPage } from './chatPage/main.js';
import { complaintsOf } from './complaintsOf.js';

declare global {
  interface Window {
    page: ChatPage;
  }
}

const ROOT = fileURLToPath(new URL('./chatPage', import.meta.url));
const OUT = fileURLToPath(new URL('../../node_modules/.cache/stopkit/chatPage', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const TOKEN_EVERY_MS = 5;
// Not a single line break: the worst case for a page's layout.
const FLOOD = 'Water, '.repeat(2_000);

/** One request for an answer, as the server saw it. */
export interface ChatRequest {
  prompt: string;
  runId: string;
  tokens: number;
  closed: boolean;
}

/** How the server answers to a stop. */
export type StopMode = 'stopped' | 'error' | 'hang' | 'cut';

/** A chat page of a production build, its server, and a browser. */
export interface Chat {
  browser: Browser;
  address: string;
  requests: ChatRequest[];
  stops: unknown[];
  stopMode: StopMode;
  /** Opens the page; `complaints` are its console errors and warnings and its uncaught errors. */
  open(query?: string): Promise<{ page: Page; complaints: string[] }>;
  /** Loads it anew in a page that is there: a new page costs a process. */
  visit(page: Page, query: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * What is sent decides the answer: "short" ends after 20 words, "silent" sends headers and nothing more, "late"
 * sends its headers after half a second and "later" after five, "none" never, "flood" is as fast as it is read; all else is endless.
 */
function answer(request: ChatRequest, res: ServerResponse): void {
  const { prompt } = request;
  let timer: ReturnType<typeof setInterval> | undefined;
  res.on('close', () => {
    clearInterval(timer);
    request.closed = !res.writableEnded;
  });
  const speak = (): void => {
    request.tokens += 1;
    res.write(`${prompt} ${request.tokens}. `);
    if (prompt !== 'short' || request.tokens < 20) return;
    clearInterval(timer);
    res.end();
  };
  const begin = (): void => {
    if (res.destroyed) return;
    res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    res.flushHeaders();
    if (prompt === 'silent') return;
    if (prompt === 'flood') {
      const flood = (): void => {
        while (!res.destroyed && res.write(FLOOD));
        res.once('drain', flood);
      };
      flood();
      return;
    }
    timer = setInterval(speak, TOKEN_EVERY_MS);
  };
  if (prompt === 'none') return;
  const headersAfterMs = { late: 500, later: 5_000 }[prompt];
  if (headersAfterMs === undefined) begin();
  else setTimeout(begin, headersAfterMs);
}

async function readBody(req: IncomingMessage): Promise<unknown> {
  let body = '';
  for await (const bytes of req) body += String(bytes);
  return JSON.parse(body);
}

let built: Promise<unknown> | null = null;

const buildPage = (): Promise<unknown> =>
  build({
    configFile: false,
    root: ROOT,
    plugins: [react()],
    resolve: { alias },
    build: { outDir: OUT, emptyOutDir: true },
    logLevel: 'error',
  });

/** Builds the page for production, once, and starts the server and a browser. */
export async function startChat(): Promise<Chat> {
  await (built ??= buildPage());
  const requests: ChatRequest[] = [];
  const stops: unknown[] = [];

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = new URL(req.url ?? '/', 'http://chat').pathname;
    if (path === '/chat') {
      const { prompt, runId } = (await readBody(req)) as ChatRequest;
      const request = { prompt, runId, tokens: 0, closed: false };
      requests.push(request);
      answer(request, res);
    } else if (path === '/stop') {
      stops.push(await readBody(req));
      switch (chat.stopMode) {
        case 'stopped':
          res.setHeader('content-type', 'application/json').end('{"outcome":"stopped"}');
          break;
        case 'error':
          res.writeHead(500).end();
          break;
        case 'cut':
          res.destroy();
          break;
        case 'hang':
      }
    } else {
      const file = path === '/' ? '/index.html' : path;
      res
        .setHeader('content-type', TYPES[extname(file)] ?? 'text/plain')
        .end(await readFile(join(OUT, file)));
    }
  };
  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launchBrowser();

  const chat: Chat = {
    browser,
    address,
    requests,
    stops,
    stopMode: 'stopped',
    async open(query = '') {
      const page = await browser.newPage();
      const complaints = complaintsOf(page);
      await chat.visit(page, query);
      return { page, complaints };
    },
    async visit(page, query) {
      await page.goto(`${address}/${query}`);
      // The unmount that StrictMode pretends is over after one macrotask.
      await page.getByRole('button', { name: 'Leave' }).waitFor();
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return chat;
}
