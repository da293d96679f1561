// Finds a Chromium for the tests: named by the environment, of the system, of Playwright, or from npm.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Where a Chromium that was fetched from npm is started from. */
export const FETCHED_BROWSER = fileURLToPath(
  new URL('../node_modules/.cache/stopkit/browser/start-chromium', import.meta.url),
);

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a Chromium that can be started, or null. */
export function findBrowser(env = process.env) {
  if (env.STOPKIT_CHROMIUM) {
    if (isExecutable(env.STOPKIT_CHROMIUM)) return env.STOPKIT_CHROMIUM;
    throw new Error(
      `stopkit: STOPKIT_CHROMIUM is ${env.STOPKIT_CHROMIUM}, which cannot be started. Set it to a Chromium, or unset it.`,
    );
  }
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  if (isExecutable(MAC)) return MAC;
  const playwrights = findPlaywrightBrowser(env);
  if (playwrights !== null) return playwrights;
  return isExecutable(FETCHED_BROWSER) ? FETCHED_BROWSER : null;
}

function findPlaywrightBrowser(env) {
  const root = env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache', 'ms-playwright');
  if (!existsSync(root)) return null;
  const folders = readdirSync(root)
    .filter((name) => name.startsWith('chromium-'))
    .sort()
    .reverse();
  for (const folder of folders) {
    for (const binary of ['chrome-linux/chrome', 'chrome-linux64/chrome']) {
      const path = join(root, folder, binary);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

/** Flags for a quiet Chromium that asks nothing of the outside world. */
export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
