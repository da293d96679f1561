#!/usr/bin/env node
import { runCli } from './runCli.js';

const FRAMES = ['|', '/', '-', '\\'];
const FRAME_MS = 120;

/** A pipe is read by programs, so that only a terminal sees anything turn. */
function spin(text: string): () => void {
  const { stderr } = process;
  if (!stderr.isTTY) return () => undefined;
  let at = 0;
  const timer = setInterval(() => {
    stderr.write(`\r${FRAMES[at++ % FRAMES.length] ?? ''} ${text} …`);
  }, FRAME_MS);
  return () => {
    clearInterval(timer);
    stderr.write('\r\u001b[K');
  };
}

// Who reads a pipe may leave before the last line; what was asked for is done all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  spin,
  now: Date.now,
});
