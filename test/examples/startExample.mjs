// Starts an example as its reader does: a copy of the folder, `npm install`, `npm start`.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { until } from './until.mjs';

const INSTALL = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
// What a build or an earlier install may have left in the folder.
const LEFT_OVER = new Set(['node_modules', 'dist', '.next', 'package-lock.json']);

// What is still there when this process is interrupted.
const leftBehind = new Set();
process.on('exit', () => {
  for (const remove of leftBehind) remove();
});

function npm(folder, args, env = {}) {
  const child = spawn('npm', args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what npm started ends with it.
    detached: true,
  });
  const end = () => process.kill(-child.pid, 'SIGTERM');
  leftBehind.add(end);
  const state = { output: '', code: undefined };
  const take = (bytes) => (state.output += bytes);
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exited = new Promise((resolve) => {
    child.on('error', resolve);
    child.on('exit', resolve);
  }).then((code) => {
    leftBehind.delete(end);
    return (state.code = code);
  });
  const stop = async () => {
    if (state.code === undefined) end();
    await exited;
  };
  return { state, exited, stop };
}

/** Copies an example and installs it, with the packed kit in place of the published one. */
export async function installExample(source, tarball) {
  const folder = mkdtempSync(join(tmpdir(), `stopkit-${basename(source)}-`));
  cpSync(source, folder, { recursive: true, filter: (path) => !LEFT_OVER.has(basename(path)) });
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.dependencies.stopkit = `file:${tarball}`;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  const remove = () => {
    leftBehind.delete(remove);
    rmSync(folder, { recursive: true, force: true });
  };
  leftBehind.add(remove);
  const { state, exited } = npm(folder, INSTALL);
  if ((await exited) !== 0) {
    remove();
    throw new Error(`npm install failed:\n${state.output}`);
  }
  return { folder, remove };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const BUILD_LIMIT_MS = 180_000;

/** Runs `npm start` and waits until the page is served. */
export async function startExample(folder, modelUrl) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const { state, stop } = npm(folder, ['start'], {
    PORT: String(port),
    MODEL_URL: `${modelUrl}/v1/chat/completions`,
    OPENAI_BASE_URL: `${modelUrl}/v1`,
    OPENAI_API_KEY: 'none',
    OLLAMA_HOST: modelUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  });
  const isServed = async () => {
    if (state.code !== undefined) throw new Error(`npm start ended:\n${state.output}`);
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    return response?.ok === true;
  };
  try {
    await until(isServed, 'Nothing was served', BUILD_LIMIT_MS);
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${state.output}`);
  }
  return { url, stop, output: () => state.output };
}
