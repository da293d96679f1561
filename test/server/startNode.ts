import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Node process that said where it listens. */
export interface StartedNode {
  /** Port by name, as the process printed them. */
  ports: Record<string, number>;
  child: ChildProcess;
  /** Why it is not running any more; `null` while it runs. */
  exit(): string | null;
  /** What it wrote to its error output. */
  errors(): string;
  stop(): Promise<void>;
}

/** Starts a TypeScript file in a process of its own and waits for its line of JSON with the ports. */
export async function startNode(
  file: URL,
  options: { env?: Record<string, string>; node?: string; flags?: readonly string[] } = {},
): Promise<StartedNode> {
  const child = spawn(
    options.node ?? process.execPath,
    [...(options.flags ?? []), '--import', 'tsx', file.pathname],
    { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let exit: string | null = null;
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = `exit ${code ?? signal ?? ''}`;
      resolve();
    });
  });
  const ports = await new Promise<Record<string, number>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The test's own servers write nothing else.
      if (line.startsWith('{')) resolve(JSON.parse(line) as Record<string, number>);
    });
    void exited.then(() =>
      reject(new Error(`stopkit: ${file.pathname} ended before it listened.\n${errors}`)),
    );
  });
  return {
    ports,
    child,
    exit: () => exit,
    errors: () => errors,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
