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

/** How a process is started that says where it listens. */
export interface StartOptions {
  env?: Record<string, string>;
  node?: string;
  cwd?: string;
  /** The ports in a line of its output. */
  readPorts?: (line: string) => Record<string, number> | null;
}

/** Starts a TypeScript file in a process of its own and waits for its line of JSON with the ports. */
export function startNode(
  file: URL,
  { flags = [], ...options }: StartOptions & { flags?: readonly string[] } = {},
): Promise<StartedNode> {
  return startArgs([...flags, '--import', 'tsx', file.pathname], options);
}

/** Starts Node with these arguments and waits until it has said where it listens. */
export async function startArgs(
  args: readonly string[],
  { env, node = process.execPath, cwd, readPorts = portsOfJson }: StartOptions,
): Promise<StartedNode> {
  const child = spawn(node, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
      const said = readPorts(line);
      if (said !== null) resolve(said);
    });
    void exited.then(() =>
      reject(new Error(`stopkit: ${args.join(' ')} ended before it listened.\n${errors}`)),
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

// The test's own servers write nothing else.
const portsOfJson = (line: string): Record<string, number> | null =>
  line.startsWith('{') ? (JSON.parse(line) as Record<string, number>) : null;
