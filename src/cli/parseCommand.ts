import { parseArgs } from 'node:util';

/** What the person asks for. */
export interface Command {
  name: 'stop' | 'stop-all' | 'active' | 'help';
  id: string;
  backend: 'stopkit' | 'dispatch' | 'agixt';
  server: string;
  token: string | null;
  json: boolean;
}

/** A sentence about what cannot be understood. */
export class UsageError extends Error {}

export const HELP = `stopkit stop <id>     stop the answer of a conversation; the beginning of its id is enough
stopkit stop --all    stop everything of yours
stopkit active        list what runs

  --server <url>      where the server is                    (STOPKIT_SERVER)
  --backend <name>    stopkit, dispatch or agixt             (STOPKIT_BACKEND, else stopkit)
  --token <token>     sent as a bearer token                 (STOPKIT_TOKEN)
  --json              print JSON

Exit codes: 0 it is stopped, or nothing was running · 1 the stop is not confirmed · 2 wrong usage
            3 no such id, or several · 4 refused · 5 the server did not answer
`;

const BACKENDS = ['stopkit', 'dispatch', 'agixt'] as const;

/** Reads the arguments; what is not said there is taken from the environment. */
export function parseCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const { values, positionals } = read(args);
  const [verb, id = '', ...more] = positionals;
  const said = values.backend ?? env.STOPKIT_BACKEND ?? 'stopkit';
  const backend = BACKENDS.find((known) => known === said);
  const { json = false, all = false, help = false } = values;
  // A file of an environment may leave blanks around it.
  const server = (values.server ?? env.STOPKIT_SERVER ?? '').trim();
  const rest = { id, server, token: values.token ?? env.STOPKIT_TOKEN ?? null, json };

  if (help || verb === undefined || verb === 'help') {
    return { ...rest, name: 'help', backend: 'stopkit' };
  }
  if (backend === undefined) {
    throw new UsageError(`There is no backend "${said}". Use one of: ${BACKENDS.join(', ')}.`);
  }
  if (server === '') {
    throw new UsageError('No server is named. Pass --server <url>, or set STOPKIT_SERVER.');
  }
  // The scheme of `localhost:3000` would be "localhost".
  if (!/^https?:/i.test(server) || !URL.canParse(server)) {
    throw new UsageError(
      `"${server}" is no URL of a server. Begin it with http:// or https://, as in http://localhost:3000.`,
    );
  }
  if (more.length > 0) throw new UsageError('One id at a time, or --all.');
  if (verb === 'active') return { ...rest, name: 'active', backend };
  if (verb !== 'stop') throw new UsageError(`There is no command "${verb}". Use stop or active.`);
  if (all === (id !== '')) throw new UsageError('Name one conversation, or say --all.');
  return { ...rest, name: all ? 'stop-all' : 'stop', backend };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        backend: { type: 'string' },
        server: { type: 'string' },
        token: { type: 'string' },
        json: { type: 'boolean' },
        all: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : 'That cannot be understood.');
  }
}
