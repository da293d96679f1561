import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from '../../findProgram.js';
import { freePort } from '../../freePort.js';
import type { Engine, Key, Size, Tab } from './Tab.js';

const PACKAGES = 'webkit2gtk-driver xvfb';
// The codes that WebDriver gives to keys without a letter.
const KEYS: Record<Key, string> = { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004' };
// The driver finds its browser by itself only where it was installed at the usual place.
const BROWSERS = ['x86_64', 'aarch64'].flatMap((machine) =>
  ['4.1', '6.0', '4.0'].map(
    (version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`,
  ),
);
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

type Command = <Value>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Value>;

/** WebKit as GTK has it, through plain WebDriver and on a screen that nobody sees. */
export async function startWebKit(): Promise<Engine> {
  const driver = findProgram('STOPKIT_WEBKIT_DRIVER', ['WebKitWebDriver'], PACKAGES);
  const screen = findProgram('STOPKIT_XVFB', ['xvfb-run'], PACKAGES);
  const port = await freePort();
  const child = spawn(screen, ['-a', driver, `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
  });
  const { sessionId } = await begin(port);
  const session = `/session/${sessionId}`;

  const command: Command = async (method, path, body) => send(port, method, session + path, body);
  const spare = await command<string>('GET', '/window');
  // A session has one current window: what is done to a tab is done one thing after the other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };

  return {
    name: 'WebKit',
    // A GTK window has a least width.
    cannot: ['tell its console', 'be 320 px wide'],
    open: (size) =>
      inTurn(async () => {
        // The first window stays, empty: a session ends with its last one, and others are made from it.
        await command('POST', '/window', { handle: spare });
        const { handle } = await command<{ handle: string }>('POST', '/window/new', {
          type: 'window',
        });
        await command('POST', '/window', { handle });
        await fit(command, size);
        return createTab(
          <Value>(work: () => Promise<Value>) =>
            inTurn(async () => {
              await command('POST', '/window', { handle });
              return work();
            }),
          command,
        );
      }),
    async close() {
      await command('DELETE', '').catch(() => undefined);
      // The screen and what runs on it are one group.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    },
  };
}

function createTab(
  here: <Value>(work: () => Promise<Value>) => Promise<Value>,
  command: Command,
): Tab {
  const keys = (typed: string): Promise<void> =>
    here(() => {
      const actions = Array.from(typed).flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]);
      return command('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
    });
  return {
    go: (url) => here(() => command('POST', '/url', { url })),
    reload: () => here(() => command('POST', '/refresh', {})),
    read: (expression) =>
      here(() => command('POST', '/execute/sync', { script: `return (${expression})`, args: [] })),
    click: (selector) =>
      here(async () => {
        const query = { using: 'css selector', value: selector };
        const element = await command<Record<string, string>>('POST', '/element', query);
        await command('POST', `/element/${element[ELEMENT] ?? ''}/click`, {});
      }),
    type: keys,
    press: (key) => keys(KEYS[key]),
    complaints: () => [],
    close: () => here(() => command('DELETE', '/window')),
  };
}

/** Makes the page, not the window, that large; a window takes its new size when it likes. */
async function fit(command: Command, size: Size): Promise<void> {
  const script =
    'return { width: innerWidth - outerWidth, height: innerHeight - outerHeight, isFit: innerWidth === arguments[0] && innerHeight === arguments[1] }';
  const look = () =>
    command<Size & { isFit: boolean }>('POST', '/execute/sync', {
      script,
      args: [size.width, size.height],
    });
  let fits = 0;
  for (let tries = 0; tries < 50 && fits < 3; tries += 1) {
    const { width, height, isFit } = await look();
    fits = isFit ? fits + 1 : 0;
    // What was asked for before may be done only now.
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (isFit) continue;
    const rect = { x: 0, y: 0, width: size.width - width, height: size.height - height };
    await command('POST', '/window/rect', rect);
  }
}

async function begin(port: number): Promise<{ sessionId: string }> {
  const binary = BROWSERS.find((path) => existsSync(path));
  const capabilities = {
    alwaysMatch: {
      'webkitgtk:browserOptions': {
        ...(binary === undefined ? {} : { binary }),
        args: ['--automation'],
      },
    },
  };
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      return await send<{ sessionId: string }>(port, 'POST', '/session', { capabilities });
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function send<Value>(
  port: number,
  method: string,
  path: string,
  body?: object,
): Promise<Value> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  // WebDriver wraps whatever it says.
  const { value } = (await response.json()) as {
    value: Value & { error?: string; message?: string };
  };
  if (!response.ok) throw new Error(`WebKit: ${value.error ?? ''}: ${value.message ?? ''}`);
  return value;
}
