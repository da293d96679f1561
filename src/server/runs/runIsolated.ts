import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { after } from '../after.js';
import { createHandoff } from './createHandoff.js';
import { ISOLATED_HOST } from './isolatedHost.js';

/** How a module is run apart. */
export interface IsolatedOptions {
  /** Asks the module to stop when it aborts. */
  signal: AbortSignal;
  /** How long it may clean up before it is terminated. @default 500 */
  graceMs?: number;
  /** A thread shares the memory of the process; a process can be ended whatever it does. @default 'thread' */
  isolation?: 'thread' | 'process';
}

/** What is to be run, as an absolute URL: its default export is called with the input and a signal, and yields text. */
export type IsolatedModule = (
  input: unknown,
  context: { signal: AbortSignal },
) => AsyncIterable<string | Uint8Array>;

/** What our host says to us, in words that the module itself has no use for. */
type Said =
  | { stopkit: 'ready' }
  | { stopkit: 'value'; value: string | Uint8Array }
  | { stopkit: 'end' }
  | { stopkit: 'error'; message: string };

/** A thread or a process, alike. */
interface Apart {
  send(message: object): void;
  terminate(): void;
}

const DEFAULT_GRACE_MS = 500;

/**
 * Runs a module that cannot be trusted to listen in a thread or a process: at the abort it is asked,
 * given time to clean up, then terminated. What it had said is kept; use it as a run's upstream.
 */
export async function* runIsolated(
  module: URL | string,
  input: unknown,
  options: IsolatedOptions,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  const { signal, graceMs = DEFAULT_GRACE_MS, isolation = 'thread' } = options;
  if (signal.aborted) return;
  if (!URL.canParse(module)) {
    throw new TypeError(
      `stopkit: runIsolated() cannot find "${String(module)}", because a thread or a process has no folder of yours to start from. Pass an absolute URL: new URL('./model.js', import.meta.url).`,
    );
  }
  const said = createHandoff<string | Uint8Array>();
  const failed: { why: Error | null } = { why: null };
  let saidAll = false;
  let isOver = false;
  let cancelGrace: () => void = () => undefined;
  let ended: () => void;
  const over = new Promise<void>((resolve) => {
    ended = resolve;
  });

  const apart = isolation === 'thread' ? startThread(hear, leave) : startProcess(hear, leave);

  function hear(message: unknown): void {
    if (!isSaid(message)) return;
    switch (message.stopkit) {
      case 'ready':
        // A stop came while it was starting: the module is not begun.
        if (signal.aborted) break;
        try {
          apart.send({ type: 'start', module: new URL(module).href, input });
        } catch (error) {
          failed.why = unsendable(error);
          break;
        }
        return;
      case 'value':
        // The next value is asked for when this one was taken: nobody runs ahead of the reader.
        void said.put(message.value).then(() => apart.send({ type: 'more' }));
        return;
      case 'error':
        failed.why = new Error(message.message);
        break;
      case 'end':
        break;
    }
    // What is still running there is of no use to anybody; how it ends says nothing any more.
    saidAll = true;
    apart.terminate();
  }

  function leave(how: string): void {
    if (isOver) return;
    isOver = true;
    cancelGrace();
    // A proper end has been said before: one that was not is none, whatever its code.
    if (!saidAll && !signal.aborted) {
      failed.why = new Error(`stopkit: the isolated module ended by itself (${how}).`);
    }
    said.end();
    ended();
  }

  function ask(): void {
    if (isOver) return;
    said.end();
    apart.send({ type: 'stop' });
    cancelGrace();
    cancelGrace = after(graceMs, () => apart.terminate());
  }

  signal.addEventListener('abort', ask, { once: true });
  try {
    yield* said;
    if (failed.why !== null) throw failed.why;
  } finally {
    signal.removeEventListener('abort', ask);
    // Left early without a signal: asked all the same.
    ask();
    await over;
  }
}

/** Whether it comes from our host: the module itself may send what it likes on the same line. */
const isSaid = (message: unknown): message is Said =>
  typeof message === 'object' && message !== null && 'stopkit' in message;

const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

function unsendable(cause: unknown): Error {
  return new TypeError(
    `stopkit: the input of runIsolated() cannot be sent to a thread or a process (${messageOf(cause)}). Pass plain data, without functions.`,
    { cause },
  );
}

type Hear = (message: unknown) => void;
type Leave = (how: string) => void;

function startThread(hear: Hear, leave: Leave): Apart {
  const worker = new Worker(ISOLATED_HOST, { eval: true });
  worker.on('message', hear);
  worker.on('error', (thrown: unknown) => leave(messageOf(thrown)));
  worker.on('exit', (code) => leave(`exit ${code}`));
  return {
    send: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
}

function startProcess(hear: Hear, leave: Leave): Apart {
  const child = spawn(process.execPath, ['-e', ISOLATED_HOST], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', hear);
  child.on('error', (error) => leave(error.message));
  child.on('exit', (code, by) => leave(`exit ${code ?? by ?? ''}`));
  return {
    send(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    terminate: () => void child.kill('SIGKILL'),
  };
}
