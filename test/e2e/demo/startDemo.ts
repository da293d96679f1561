import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { BROWSER_ARGS, findBrowser } from '../../../scripts/browser.mjs';
import type { Faults } from '../../../demo/Faults.js';
import { type StartedProcess, startProcess } from '../startProcess.js';

/** What the model's own process counted of a run. */
export interface Count {
  madeAt: number[];
  closedAt: number | null;
  over: boolean;
}

/** The demo as `npm start` serves it, and a browser. */
export interface Demo {
  open(viewport?: { width: number; height: number }): Promise<{ page: Page; complaints: string[] }>;
  /** Breaks things; what is not named works. */
  break(faults: Partial<Faults>): Promise<void>;
  /** Asks the model itself, not the server; null where it was never asked for this run. */
  count(runId: string): Promise<Count | null>;
  history(page: Page): Promise<{ runId: string; outcome: string; text: string }[]>;
  /** Ends the server as a power cut would, and starts it again at the same address. */
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  close(): Promise<void>;
}

const TESTED: Faults = {
  tokensPerSecond: 40,
  firstWordMs: 50,
  model: 'none',
  stop: 'works',
  whenClosed: 'stop',
};

/** Builds the page and starts the model, the server and a browser. */
export async function startDemo(): Promise<Demo> {
  await build({ configFile: 'demo/vite.config.ts', logLevel: 'error' });
  const data = await mkdtemp(join(tmpdir(), 'stopkit-demo-'));
  const model = await startProcess('demo/model.ts');
  const modelUrl = `http://127.0.0.1:${model.port}`;
  const start = (port: number): Promise<StartedProcess> =>
    startProcess('demo/server.ts', { DEMO_DATA: data, MODEL_URL: modelUrl, PORT: String(port) });
  let server = await start(0);
  const { port } = server;
  const url = `http://127.0.0.1:${port}`;
  const executablePath = findBrowser();
  const browser: Browser = await chromium.launch({
    args: BROWSER_ARGS,
    ...(executablePath === null ? {} : { executablePath }),
  });

  return {
    async open(viewport = { width: 1280, height: 900 }) {
      const page = await browser.newPage({ viewport });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // The browser itself reports a failed request; that is not the kit's doing.
        const isNetwork = message.text().startsWith('Failed to load resource');
        if (['error', 'warning'].includes(message.type()) && !isNetwork) {
          complaints.push(message.text());
        }
      });
      await page.goto(url);
      await page.getByRole('heading', { name: 'Ask, then stop it' }).waitFor();
      return { page, complaints };
    },
    async break(faults) {
      await fetch(`${url}/api/demo`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...TESTED, ...faults }),
      });
    },
    async count(runId) {
      return (await (await fetch(`${modelUrl}/runs/${runId}`)).json()) as Count | null;
    },
    async history(page) {
      const id = new URL(page.url()).searchParams.get('chat') ?? '';
      const response = await fetch(`${url}/api/conversations/${id}/history`);
      const { turns } = (await response.json()) as {
        turns: { runId: string; outcome: string; parts: { type: string; text: string }[] }[];
      };
      return turns.map(({ runId, outcome, parts }) => ({
        runId,
        outcome,
        text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      }));
    },
    async killServer() {
      const gone = new Promise((resolve) => server.child.once('exit', resolve));
      server.child.kill('SIGKILL');
      await gone;
    },
    async startServer() {
      server = await start(port);
    },
    async close() {
      await browser.close();
      await server.stop();
      await model.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
