// The commands of the project, for a machine with Node and npm and nothing else.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const commands = {
  start: async (args) => (await import('./start.mjs')).start(args),
  test: async () => (await import('./test.mjs')).test({ long: false }),
  'test:all': async () => (await import('./test.mjs')).test({ long: true }),
  'test:examples': async (args) => (await import('./examples.mjs')).examples(args),
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined) {
    throw new Error(
      `stopkit: there is no command "${name ?? ''}". Use one of: ${Object.keys(commands).join(', ')}.`,
    );
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `stopkit: this is Node ${process.versions.node}, and 20.19 or newer is needed. Install it from https://nodejs.org.`,
    );
  }
  await command(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
