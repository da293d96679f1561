import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import { launchBrowser } from '../scripts/launchBrowser.mjs';
import { type StartedProcess, startProcess } from '../test/e2e/startProcess.js';
import type { Contestant } from './contestants.js';
import type { BenchPage } from './page/main.js';
import type { BenchLog } from './request.js';

declare global {
  interface Window {
    bench: BenchPage;
  }
}

/** A page with one contestant on it. */
export interface Tab {
  page: Page;
  cdp: CDPSession;
  /** What the page threw and nobody caught. */
  errors: readonly string[];
  /** CPU time of the page's main thread so far; what other processes take does not count. */
  cpuMs(): Promise<number>;
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/** How a contestant is put on the page. */
export interface TabOptions {
  earlier?: number;
  /** Count commits and renders; it costs time, so never while CPU is measured. */
  commits?: boolean;
  /** Watch presses; `down` also counts what is shown at pointer down. */
  presses?: 'click' | 'down';
  /** Draw the text as Markdown, with this. */
  markdown?: 'react-markdown' | 'streamdown';
  /** What the page throws is kept for a look, and does not end the attempt. */
  keepsErrors?: true;
}

/** A browser, a server of its own, and pages with contestants. */
export interface Lab {
  version: string;
  open(contestant: Contestant, options?: TabOptions): Promise<Tab>;
  /** Works with pages until the work is done, a page fails, or the time is up; no page stays. */
  attempt(work: () => Promise<void>, limitMs: number): Promise<void>;
  /** What the server saw since the last look. */
  takeLog(): Promise<BenchLog[]>;
  close(): Promise<void>;
}

/** Builds the page for production, and starts the server and a browser. */
export async function openLab(): Promise<Lab> {
  // A folder of its own: two benches may run at once.
  const folder = resolve('node_modules/.cache/stopkit', `bench-${process.pid}`);
  await build({
    configFile: 'bench/vite.config.ts',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
  const server: StartedProcess = await startProcess('bench/server.ts', { BENCH_PAGE: folder });
  const browser: Browser = await launchBrowser(['--js-flags=--expose-gc']);
  let fail: (error: Error) => void = () => undefined;
  const address = `http://127.0.0.1:${server.port}`;

  return {
    version: browser.version(),
    async open({ name }, options = {}) {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => {
        errors.push(error.message);
        if (options.keepsErrors !== true) fail(new Error(`its page failed: ${error.message}`));
      });
      const query = new URLSearchParams({
        contestant: name,
        earlier: String(options.earlier ?? 0),
        ...(options.commits === true ? { commits: '' } : {}),
        ...(options.presses === undefined ? {} : { presses: options.presses }),
        ...(options.markdown === undefined ? {} : { markdown: options.markdown }),
      });
      await page.goto(`${address}/?${query.toString()}`);
      await page.waitForFunction(() => 'bench' in window);
      await page.waitForSelector('[data-bench="state"]', { state: 'attached' });
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
      const metric = async (wanted: string): Promise<number> => {
        const { metrics } = await cdp.send('Performance.getMetrics');
        return metrics.find((each) => each.name === wanted)?.value ?? NaN;
      };
      return {
        page,
        cdp,
        errors,
        metric,
        cpuMs: async () => (await metric('TaskDuration')) * 1_000,
        close: () => page.close(),
      };
    },
    async attempt(work, limitMs) {
      const failing = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const timer = setTimeout(() => fail(new Error(`took over ${limitMs / 1_000} s`)), limitMs);
      try {
        await Promise.race([work(), failing]);
      } finally {
        clearTimeout(timer);
        for (const context of browser.contexts()) await context.close();
      }
    },
    async takeLog() {
      const response = await fetch(`${address}/log`, { method: 'DELETE' });
      return (await response.json()) as BenchLog[];
    },
    async close() {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
