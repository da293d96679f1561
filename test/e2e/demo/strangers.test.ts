import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../startProcess.js';

/** Starts a process of the demo. */
async function start(file: string, env: Record<string, string> = {}) {
  const started = await startProcess(file, env);
  onTestFinished(() => started.stop());
  return started;
}

/** Sends these bytes as they are; a client would not write some of them. */
async function say(port: number, bytes: string) {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (said) => (heard += said.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return { heard: () => heard, leave: () => socket.resetAndDestroy() };
}

const QUESTION = { messages: [{ role: 'user', content: 'Hello' }], demo: { firstWordMs: 0 } };
const POST = 'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

test('an address that is none is refused at the front door, which stays open', async () => {
  const node = await start('demo/model.ts');
  const door = await start('demo/frontDoor.ts', { NODE_PORTS: String(node.port) });
  const stranger = await say(door.port, 'GET // HTTP/1.1\r\nhost: a\r\n\r\n');
  await expect.poll(stranger.heard).toMatch(/^HTTP\/1\.1 400 /);
  stranger.leave();
  expect((await fetch(`http://127.0.0.1:${door.port}/log`)).status).toBe(200);
});

test('who leaves in the middle of a question does not end the model for the others', async () => {
  const model = await start('demo/model.ts');
  const url = `http://127.0.0.1:${model.port}`;
  const stranger = await say(model.port, `${POST}content-length: 1000\r\n\r\n{"messages":`);
  // Whoever asks after that is answered when the first bytes are in.
  expect((await fetch(`${url}/log`)).status).toBe(200);
  stranger.leave();
  const nonsense = await say(model.port, `${POST}content-length: 2\r\n\r\n{]`);
  await expect.poll(nonsense.heard).toMatch(/^HTTP\/1\.1 400 /);
  nonsense.leave();
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(QUESTION),
  });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
  expect(model.child.exitCode).toBeNull();
});
