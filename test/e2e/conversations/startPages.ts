import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { alias } from '../../../vite.config.js';
import type { LocalDriver } from '../../unit/conversations/openDriver.js';
import type { ConversationPage } from './page/main.js';

declare global {
  interface Window {
    tab: ConversationPage;
    driver: LocalDriver;
  }
}

const ROOT = fileURLToPath(new URL('./page', import.meta.url));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Builds the page for production into a folder of the suite's own. */
export async function buildPage(suite: string): Promise<string> {
  const outDir = fileURLToPath(
    new URL(`../../../node_modules/.cache/stopkit/${suite}`, import.meta.url),
  );
  await build({
    configFile: false,
    root: ROOT,
    plugins: [react()],
    resolve: { alias },
    build: { outDir, emptyOutDir: true },
    logLevel: 'error',
  });
  return outDir;
}

/** Serves a folder, for pages whose backend is elsewhere. */
export async function serveFolder(folder: string) {
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://page');
    const file = pathname === '/' ? '/index.html' : pathname;
    readFile(join(folder, file)).then(
      (bytes) => res.setHeader('content-type', TYPES[extname(file)] ?? 'text/css').end(bytes),
      () => res.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
