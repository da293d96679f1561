import { expect, test } from 'vitest';
import { keepStop } from '../../../server/runs/stopOf.js';
import { tellChunks } from './tellChunks.js';

/** What somebody who reads along is told of an answer that is let go of in the middle. */
async function readAlong(letGo: (controller: AbortController) => void): Promise<string> {
  const controller = new AbortController();
  let copied: Promise<string> = Promise.resolve('');
  const chunks = new ReadableStream({
    start: (out) => out.enqueue({ type: 'text-delta', id: 't', delta: 'Half' }),
  });
  const told = tellChunks(chunks, {
    signal: controller.signal,
    runId: 'run-00000001',
    messageId: 'm1',
    copy(stream) {
      copied = new Response(stream.pipeThrough(new TextEncoderStream())).text();
    },
  });
  await told.next();
  await told.next();
  letGo(controller);
  await told.next();
  return copied;
}

test('who reads along is told of a stop, and by whom it was made', async () => {
  const copy = await readAlong((controller) => {
    keepStop(controller.signal, { reason: 'user', by: 'user' });
    controller.abort();
  });
  expect(copy).toContain('"delta":"Half"');
  expect(copy).toContain('"by":"user"');
  expect(copy).toContain('{"type":"abort"}');
});

test('who reads along is told of no stop where nobody stopped the answer', async () => {
  const copy = await readAlong((controller) => controller.abort());
  expect(copy).toContain('"delta":"Half"');
  expect(copy).not.toContain('abort');
  expect(copy).not.toContain('[DONE]');
});
