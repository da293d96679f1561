import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRunId } from 'stopkit/core';
import { runIsolated } from 'stopkit/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNode } from '../startNode.js';
import { startApp } from './startApp.js';

const module = new URL('./stubborn.mjs', import.meta.url);
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stopkit-isolated-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(['thread', 'process'] as const)('in a %s', (isolation) => {
  const fileOf = (kind: string): string => join(dir, `${isolation}-${kind}`);

  async function read(kind: string, controller: AbortController): Promise<string> {
    let text = '';
    const options = { signal: controller.signal, graceMs: 300, isolation };
    for await (const piece of runIsolated(module, { file: fileOf(kind), kind }, options)) {
      text += String(piece);
      if (text === 'first second') controller.abort();
    }
    return text;
  }

  test('what is asked to stop cleans up its temporary files', async () => {
    expect(await read('listens', new AbortController())).toBe('first second');
    expect(existsSync(fileOf('listens'))).toBe(false);
  });

  test('what never looks up is terminated after its grace, and what it said is kept', async () => {
    const from = performance.now();
    expect(await read('never', new AbortController())).toBe('first second');
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(existsSync(fileOf('never'))).toBe(true);
  });

  test('a stop of a run that never looks up says when it was terminated', async () => {
    const app = await startApp({
      describe: () => ({
        upstream: ({ signal }) =>
          runIsolated(module, { file: fileOf('told'), kind: 'never' }, { signal, isolation }),
      }),
    });
    const runId = createRunId();
    const response = await app.send({ runId });
    await response.body?.getReader().read();
    const { receipt } = await app.stop(runId);
    expect(receipt?.upstreamClosedMs).toBeGreaterThan(0);
    await app.close();
  });

  test('what is stopped while it starts is not begun', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const file = fileOf('unbegun');
    const run = runIsolated(module, { file, kind: 'ends' }, { signal, isolation });
    const first = run.next();
    controller.abort();
    expect(await first).toMatchObject({ done: true });
    expect(existsSync(file)).toBe(false);
  });

  test('its failure is the reader’s, and its end is an end', async () => {
    const quiet = { signal: new AbortController().signal, isolation };
    const throwing = runIsolated(module, { file: fileOf('throws'), kind: 'throws' }, quiet);
    await expect(all(throwing)).rejects.toThrow('It broke.');
    const ending = runIsolated(module, { file: fileOf('ends'), kind: 'ends' }, quiet);
    expect(await all(ending)).toEqual(['first ', 'second']);
  });

  test.each([
    ['null', 'null'],
    ['a word', '"ready"'],
    ['a message of its own', '{ type: "progress", done: 3 }'],
    ['that it is ready', '{ type: "ready" }'],
    ['that it is at its end', '{ type: "end" }'],
  ])(
    '%s that the module itself sends is no word of the answer, and not its end',
    async (_, said) => {
      const own = join(dir, `${isolation}-own.mjs`);
      const send = `(parentPort === null ? process.send(said) : parentPort.postMessage(said))`;
      const code = `
      import { parentPort } from 'node:worker_threads';
      const said = ${said};
      export default async function* () {
        yield 'first ';
        ${send};
        yield 'second';
      }`;
      writeFileSync(own, code);
      const quiet = { signal: new AbortController().signal, isolation };
      const url = `${pathToFileURL(own).href}?${said.length}`;
      expect(await all(runIsolated(url, {}, quiet))).toEqual(['first ', 'second']);
    },
  );

  test('nothing at all that it throws where nobody catches it is the reader’s error', async () => {
    const own = join(dir, `${isolation}-null.mjs`);
    const code = `
      export default async function* () {
        yield 'first ';
        setImmediate(() => { throw null; });
        await new Promise((done) => setTimeout(done, 5_000));
      }`;
    writeFileSync(own, code);
    const quiet = { signal: new AbortController().signal, isolation };
    const run = runIsolated(pathToFileURL(own), {}, quiet);
    await expect(all(run)).rejects.toThrow(/^stopkit: the isolated module ended by itself/);
  });

  test('an answer that its module leaves in the middle is not taken for a whole one', async () => {
    const own = join(dir, `${isolation}-leaves.mjs`);
    const code = `
      export default async function* () {
        yield 'first ';
        process.exit(0);
      }`;
    writeFileSync(own, code);
    const quiet = { signal: new AbortController().signal, isolation };
    const run = runIsolated(pathToFileURL(own), {}, quiet);
    expect(await run.next()).toMatchObject({ value: 'first ' });
    await expect(run.next()).rejects.toThrow(
      'stopkit: the isolated module ended by itself (exit 0).',
    );
  });

  test('an input that cannot be sent there is the reader’s error', async () => {
    const quiet = { signal: new AbortController().signal, isolation };
    const input = { onWord: () => undefined };
    await expect(all(runIsolated(module, input, quiet))).rejects.toThrow(
      /^stopkit: the input of runIsolated\(\) .+could not be cloned.+ Pass /,
    );
  });

  test('a module that is no URL is the reader’s error', async () => {
    const quiet = { signal: new AbortController().signal, isolation };
    await expect(all(runIsolated('./stubborn.mjs', {}, quiet))).rejects.toThrow(
      /^stopkit: runIsolated\(\) .*"\.\/stubborn\.mjs".+import\.meta\.url/,
    );
  });

  test('as the upstream of a run it is stopped within its grace, and the text is kept and marked', async () => {
    const app = await startApp({
      describe: () => ({
        upstream: ({ signal }) =>
          runIsolated(
            module,
            { file: fileOf('run'), kind: 'never' },
            { signal, graceMs: 100, isolation },
          ),
      }),
    });
    const runId = createRunId();
    const reader = (await app.send({ runId })).body?.getReader();
    let text = '';
    while (!text.includes('second'))
      text += new TextDecoder().decode((await reader?.read())?.value);
    expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
    expect(app.settled).toMatchObject([{ outcome: 'stopped', text: 'first second' }]);
    await app.close();
  });
});

test('a run in a process of its own does not outlive the server that is killed', async () => {
  const file = join(dir, 'orphan');
  const server = await startNode(new URL('./isolatingServer.ts', import.meta.url), {
    env: { MODULE: module.href, FILE: file },
  });
  const pid = Number(readFileSync(file, 'utf8'));
  const lives = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(lives()).toBe(true);
  server.child.kill('SIGKILL');
  await expect.poll(lives).toBe(false);
});

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}
