import { runCli } from '../../../src/cli/runCli.js';

/** Runs a line of the command in this process, as behind a pipe. */
export async function commandHere(line: string, env: Record<string, string> = {}) {
  let [out, err] = ['', ''];
  const code = await runCli(line.split(' '), {
    env,
    out: (text) => (out += text),
    err: (text) => (err += text),
    spin: () => () => undefined,
    now: Date.now,
  });
  return { code, out, err };
}
