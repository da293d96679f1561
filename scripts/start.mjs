import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { execute, since, whileWaiting } from './execute.mjs';
import { setUp } from './setUp.mjs';

const MOST_NODES = 8;
const bin = (name) => join('node_modules', '.bin', name);

/** Sets up, builds, and serves the demo and the Storybook until Ctrl+C. */
export async function start(args) {
  const nodes = countNodes(args);
  await setUp();
  await build();
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/start.ts', nodes], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A terminal sends Ctrl+C to the demo as well; the demo ends its own processes and then this one ends.
  const end = () => child.kill('SIGTERM');
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  createInterface({ input: child.stdout }).on('line', (line) => console.log(line));
  const code = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
  process.exitCode = code;
}

/** How many servers are asked for; said before anything is built. */
function countNodes(args) {
  const asked = () => {
    try {
      return parseArgs({ args, options: { nodes: { type: 'string', default: '1' } } }).values.nodes;
    } catch {
      return args.join(' ');
    }
  };
  const nodes = asked();
  if (/^\d$/.test(nodes) && nodes >= 1 && nodes <= MOST_NODES) return nodes;
  throw new Error(
    `stopkit: npm start does not know "${nodes}". It takes --nodes and a number from 1 to ${MOST_NODES}, as in: npm start -- --nodes 2.`,
  );
}

async function build() {
  const from = performance.now();
  console.log('Building the demo and the Storybook …');
  const done = whileWaiting(() => console.log(`  still building, ${since(from)}`));
  const results = await Promise.all([
    execute(bin('vite'), ['build', '--config', 'demo/vite.config.ts', '--logLevel', 'error']),
    execute(bin('storybook'), ['build', '--quiet']),
  ]);
  done();
  for (const { code, output } of results) {
    if (code !== 0) throw new Error(`${output}\nstopkit: the build failed. See the lines above.`);
  }
  console.log(`Built in ${since(from)}.`);
}
