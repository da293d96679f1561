import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** What a command printed, and how it ended. */
export interface CommandResult {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a line of the command: behind a pipe, which who reads it may have left, or in a terminal, where out and err are one. */
export type RunCommand = (
  line: string,
  place: { env?: Record<string, string>; inTerminal?: boolean; isLeft?: boolean },
) => Promise<CommandResult>;

// Runs its arguments in a pseudo terminal and passes on every byte.
const TERMINAL = `
import os, pty, sys
status = pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 4096))
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Builds the command, so that it starts as fast as the one that is published. */
export async function buildCommand(): Promise<RunCommand> {
  const outDir = fileURLToPath(
    new URL('../../../node_modules/.cache/stopkit/cli', import.meta.url),
  );
  await build({
    configFile: false,
    ssr: { noExternal: true },
    build: { ssr: 'src/cli/index.ts', outDir, emptyOutDir: true },
    logLevel: 'error',
  });
  const cli = [process.execPath, join(outDir, 'index.js')];

  return (line, { env = {}, inTerminal = false, isLeft = false }) => {
    const args = [...cli, ...line.split(' ')];
    const [command = '', ...rest] = inTerminal ? ['python3', '-c', TERMINAL, ...args] : args;
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(command, rest, {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    if (isLeft) child.stdout.destroy();
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    });
  };
}

/** What is left to see on a terminal: of a line that was written over, its last words. */
export const onScreen = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replaceAll(ERASE, '')
    .split('\n')
    .map((line) => line.split('\r').at(-1) ?? '')
    .join('\n');

const ERASE = '\u001b[K';
