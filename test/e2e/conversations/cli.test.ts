import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startChatServer } from './startChatServer.js';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { heldScript } from '../../servers/dispatch/script.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';
import { commandHere } from './commandHere.js';
import { buildCommand, onScreen, type RunCommand } from './runCommand.js';
import { LONG } from '../../tier.js';

/** A server with answers that run, and what the command says of them. */
interface House {
  env: Record<string, string>;
  start(id: string): Promise<unknown>;
  /** Makes the server refuse every token, where it asks for none; says what it says then. */
  forbid?(): string;
}

const HOUSES = {
  async stopkit(): Promise<House> {
    const server = await startChatServer({ token: 'right' });
    onTestFinished(server.close);
    const headers = { authorization: 'Bearer right' };
    let count = 0;
    return {
      env: { STOPKIT_SERVER: `${server.url}/api/`, STOPKIT_TOKEN: 'right' },
      async start(conversationId) {
        const body = JSON.stringify({
          prompt: 'Hi',
          runId: `${conversationId}-run-${(count += 1)}`,
          conversationId,
        });
        void fetch(`${server.url}/api/chat`, { method: 'POST', headers, body });
        await expect.poll(() => server.isRunning(conversationId)).toBe(true);
      },
    };
  },
  async dispatch(): Promise<House> {
    const server = await startDispatchServer();
    onTestFinished(server.close);
    server.traps[1] = false;
    return {
      env: { STOPKIT_SERVER: server.baseUrl, STOPKIT_BACKEND: 'dispatch' },
      async start(id) {
        server.nextTurn(heldScript().script);
        server.conversation(id).start('Hi');
        await expect.poll(() => server.conversation(id).storedStatus).toBe('active');
      },
      // Dispatch itself asks nobody who they are; a proxy before it may.
      forbid() {
        server.failWith = 401;
        return 'the server is not well';
      },
    };
  },
  async agixt(): Promise<House> {
    const server = await startAgixtServer();
    onTestFinished(server.close);
    return {
      env: {
        STOPKIT_SERVER: server.baseUrl,
        STOPKIT_BACKEND: 'agixt',
        STOPKIT_TOKEN: server.token,
      },
      start: (id) =>
        Promise.resolve(server.startInBackground(id, { words: 9_000, intervalMs: 10 })),
    };
  },
};

type System = keyof typeof HOUSES;

const ACTIVE: Record<System, string> = {
  stopkit:
    'alpha-1  active  m:ss  Writer\n' +
    'alpha-2  active  m:ss  Writer\n' +
    'beta-1   active  m:ss  Writer\n' +
    'gamma-1  active  m:ss  Writer\n',
  dispatch:
    'alpha-1  active  -  -\n' +
    'alpha-2  active  -  -\n' +
    'beta-1   active  -  -\n' +
    'gamma-1  active  -  -\n',
  agixt:
    'alpha-1  active  m:ss  Assistant\n' +
    'alpha-2  active  m:ss  Assistant\n' +
    'beta-1   active  m:ss  Assistant\n' +
    'gamma-1  active  m:ss  Assistant\n',
};

const ACTIVE_JSON: Record<System, string> = {
  stopkit:
    '{"conversations":[{"id":"gamma-1","status":"active","turnId":"gamma-1-run-4","agentName":"Writer","startedAt":"then"}]}\n',
  dispatch: '{"conversations":[{"id":"gamma-1","status":"active","title":"gamma-1"}]}\n',
  agixt:
    '{"conversations":[{"id":"gamma-1","status":"active","turnId":"gamma-1@then","agentName":"Assistant","startedAt":"then"}]}\n',
};

/** Times are told as they are; what is golden is all the rest. */
const withoutTimes = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'then').replace(/\b\d:\d\d\b/g, 'm:ss');

const AMBIGUOUS = '"al" is the beginning of several:\n  alpha-1\n  alpha-2\n';
const UNKNOWN = 'No conversation that is known here begins with "zeta".\n';

let command: RunCommand;
beforeAll(async () => {
  command = await buildCommand();
});

// The quick tier asks one system; what the command prints is the same for all.
const SYSTEMS: readonly System[] = LONG ? (Object.keys(HOUSES) as System[]) : ['stopkit'];

describe.each(SYSTEMS)('%s', (system) => {
  test('every command, in a pipe', async () => {
    const { env, start } = await HOUSES[system]();
    const run = async (line: string): Promise<[number, string]> => {
      const { code, out, err } = await commandHere(line, env);
      expect(err).toBe('');
      return [code, withoutTimes(out)];
    };
    expect(await run('active')).toEqual([0, 'Nothing is running.\n']);
    expect(await run('active --json')).toEqual([0, '{"conversations":[]}\n']);
    expect(await run('stop --all')).toEqual([0, 'Nothing is running.\n']);
    expect(await run('stop --all --json')).toEqual([0, '{"stopped":[]}\n']);

    for (const id of ['alpha-1', 'alpha-2', 'beta-1', 'gamma-1']) await start(id);
    expect(await run('active')).toEqual([0, ACTIVE[system]]);
    expect(await run('stop al')).toEqual([3, AMBIGUOUS]);
    expect(await run('stop al --json')).toEqual([
      3,
      '{"error":"ambiguous","id":"al","candidates":["alpha-1","alpha-2"]}\n',
    ]);
    expect(await run('stop zeta')).toEqual([3, UNKNOWN]);
    expect(await run('stop zeta --json')).toEqual([3, '{"error":"not-found","id":"zeta"}\n']);
    expect(await run('stop alpha-1')).toEqual([0, 'Stopped alpha-1.\n']);
    expect(await run('stop b --json')).toEqual([0, '{"id":"beta-1","outcome":"stopped"}\n']);
    expect(await run('stop alpha-2')).toEqual([0, 'Stopped alpha-2.\n']);
    expect(await run('active --json')).toEqual([0, ACTIVE_JSON[system]]);
    await start('alpha-2');
    expect(await run('stop --all')).toEqual([0, 'Stopped 2 answers.\n']);
    await start('gamma-1');
    expect(await run('stop --all --json')).toEqual([0, '{"stopped":["gamma-1"]}\n']);
  });

  test('every command, in a terminal', async () => {
    const { env, start } = await HOUSES[system]();
    const run = async (line: string): Promise<[number | null, string]> => {
      const { code, out } = await command(line, { env, inTerminal: true });
      // What turned while something was waited for is gone.
      expect(out).toContain('\r\u001b[K');
      return [code, withoutTimes(onScreen(out))];
    };
    for (const id of ['alpha-1', 'alpha-2', 'beta-1', 'gamma-1']) await start(id);
    const asked = await Promise.all(['active', 'stop al', 'stop zeta'].map(run));
    expect(asked).toEqual([
      [0, ACTIVE[system]],
      [3, AMBIGUOUS],
      [3, UNKNOWN],
    ]);
    expect(await run('stop b')).toEqual([0, 'Stopped beta-1.\n']);
    expect(await run('stop --all')).toEqual([0, 'Stopped 3 answers.\n']);
    expect(await run('active')).toEqual([0, 'Nothing is running.\n']);
  });

  test('a bad token, and a server that is down', async () => {
    const { env, forbid } = await HOUSES[system]();
    const refusal = forbid?.() ?? 'Please sign in again.';
    const stranger = { ...env, STOPKIT_TOKEN: 'wrong' };
    const nowhere = { ...env, STOPKIT_SERVER: 'http://127.0.0.1:1' };
    const lines = ['active', 'active --json', 'stop a', 'stop --all'];
    // A program reads errors apart from what it asked for.
    const says = (code: number, sentence: string) =>
      lines.map(() => ({ code, out: '', err: `stopkit: ${sentence}\n` }));
    const all = (at: Record<string, string>) =>
      Promise.all(lines.map((line) => commandHere(line, at)));
    expect(await all(stranger)).toEqual(says(4, refusal));
    expect(await all(nowhere)).toEqual(says(5, 'The server could not be reached.'));
    const { code, out } = await command('stop a', { env: nowhere, inTerminal: true });
    expect([code, onScreen(out)]).toEqual([5, 'stopkit: The server could not be reached.\n']);
  });
});

test('behind a pipe nothing turns, and errors stay out of what is read', async () => {
  const { env, start } = await HOUSES.stopkit();
  await start('alpha-1');
  expect(await command('stop al', { env })).toEqual({
    code: 0,
    out: 'Stopped alpha-1.\n',
    err: '',
  });
  const refused = await command('active', { env: { ...env, STOPKIT_TOKEN: 'wrong' } });
  expect(refused).toEqual({ code: 4, out: '', err: 'stopkit: Please sign in again.\n' });
});

test('a pipe that nobody reads any more is no failure', async () => {
  const { env, start } = await HOUSES.stopkit();
  await start('alpha-1');
  expect(await command('stop al', { env, isLeft: true })).toEqual({ code: 0, out: '', err: '' });
});
