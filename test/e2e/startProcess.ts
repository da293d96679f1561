import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Node process that said which port it listens on. */
export interface StartedProcess {
  port: number;
  child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a TypeScript file in a process of its own and waits for its "name port" line. */
export async function startProcess(
  file: string,
  env: Record<string, string> = {},
): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      const match = /^\w+ (\d+)$/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
    void exited.then(() => reject(new Error(`stopkit: ${file} ended before it listened.`)));
  });
  return {
    port,
    child,
    async stop() {
      child.kill();
      await exited;
    },
  };
}
