import {
  type Backend,
  isRunning,
  type ListedConversation,
  toGenerationError,
} from '../core/index.js';
import { openBackend } from './openBackend.js';
import { type Command, HELP, parseCommand, UsageError } from './parseCommand.js';
import { showRows } from './showRows.js';

/** Where a command runs. */
export interface CliPlace {
  env: Readonly<Record<string, string | undefined>>;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Shows that something is waited for, where somebody watches; returns the way out. */
  spin: (text: string) => () => void;
  now: () => number;
}

/** What became of a command. */
type Result = { code: number; line: string; json: object };

const CONFIRM_MS = 10_000;
const LOOK_EVERY_MS = 250;
// A server that takes a stop and says nothing has not answered.
const ANSWER_MS = 10_000;

/** Runs one command; resolves to its exit code and never rejects. */
export async function runCli(args: readonly string[], place: CliPlace): Promise<number> {
  try {
    const command = parseCommand(args, place.env);
    if (command.name === 'help') {
      place.out(HELP);
      return 0;
    }
    const stopSpinning = place.spin(command.name === 'active' ? 'Asking' : 'Stopping');
    const result = await carryOut(command, place).finally(stopSpinning);
    place.out(command.json ? `${JSON.stringify(result.json)}\n` : result.line);
    return result.code;
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      place.err(`stopkit: ${thrown.message}\n`);
      return 2;
    }
    const error = toGenerationError(thrown);
    place.err(`stopkit: ${error.message}\n`);
    return error.code === 'network' || (error.status ?? 0) >= 500 ? 5 : 4;
  }
}

async function carryOut(command: Command, place: CliPlace): Promise<Result> {
  const backend = openBackend(command);
  const all = (await backend.list?.()) ?? [];
  const rows = all.filter(({ status }) => isRunning(status));
  switch (command.name) {
    case 'active':
      return { code: 0, line: showRows(rows, place.now()), json: { conversations: rows } };
    case 'stop-all':
      return stopAll(backend, rows);
    case 'stop':
      return stopOne(backend, all, command);
    case 'help':
      return { code: 0, line: HELP, json: {} };
  }
}

async function stopOne(
  backend: Backend,
  rows: readonly ListedConversation[],
  { id, backend: system }: Command,
): Promise<Result> {
  const found = rows.some((row) => row.id === id)
    ? [id]
    : [...new Set(rows.map((row) => row.id))].filter((one) => one.startsWith(id));
  const notFound: Result = {
    code: 3,
    line: `No conversation that is known here begins with "${id}".\n`,
    json: { error: 'not-found', id },
  };
  const [listed, second] = found;
  // stopkit's own list has only what runs; its server still knows what has just ended.
  const only = listed ?? (system === 'stopkit' ? id : undefined);
  if (only === undefined) return notFound;
  if (second !== undefined) {
    const line = `"${id}" is the beginning of several:\n${found.map((one) => `  ${one}\n`).join('')}`;
    return { code: 3, line, json: { error: 'ambiguous', id, candidates: found } };
  }
  // Of several answers none is named: all of them are to stop.
  const [row, another] = rows.filter((one) => one.id === only);
  const turnId = another === undefined ? row?.turnId : undefined;
  const answer = await backend.stop(
    only,
    { reason: 'user', conversationId: only, ...runOf(turnId) },
    inTime(),
  );
  const said = answer.message === undefined ? '' : ` ${answer.message}`;
  const result = (code: number, outcome: string, sentence: string): Result => ({
    code,
    line: `${sentence}\n`,
    json: { id: only, outcome },
  });
  switch (answer.outcome) {
    case 'stopped':
      return result(0, 'stopped', `Stopped ${only}.`);
    case 'idle':
    case 'finished':
      if (listed === undefined && answer.outcome === 'idle') return notFound;
      return result(0, 'idle', `Nothing was running any more in ${only}.`);
    case 'refused':
      if (listed === undefined && answer.error?.status === 404) return notFound;
      return result(4, 'refused', `The server refused to stop ${only}.${said}`);
    case 'stopping':
    case 'remembered':
      return (await waitUntilIdle(backend, [only]))
        ? result(0, 'stopped', `Stopped ${only}.`)
        : result(1, 'accepted', `${only} was told to stop, and still runs.`);
  }
}

const inTime = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ANSWER_MS) });

const runOf = (turnId: string | undefined): { runId?: string; turnId?: string } =>
  turnId === undefined ? {} : { runId: turnId, turnId };

async function stopAll(backend: Backend, rows: readonly ListedConversation[]): Promise<Result> {
  const ids = rows.map(({ id }) => id);
  const refused: string[] = [];
  if (backend.stopAll !== undefined) {
    // Also of what is still on its way to its first word, and on no list.
    const { outcome, message = '' } = await backend.stopAll(inTime());
    if (outcome === 'refused') {
      const line = `The server refused to stop anything. ${message}\n`;
      return { code: 4, line, json: { stopped: [], refused: ids } };
    }
  } else {
    const asked = ids.map(async (id) => {
      const { outcome } = await backend.stop(id, { reason: 'user' }, inTime());
      if (outcome === 'refused') refused.push(id);
    });
    // Nobody who was asked as well is left waiting for one whose server did not answer.
    const failed = (await Promise.allSettled(asked)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  if (ids.length === 0) return { code: 0, line: 'Nothing is running.\n', json: { stopped: [] } };
  const told = ids.filter((id) => !refused.includes(id));
  const stopped = told.length === 0 || (await waitUntilIdle(backend, told));
  const what = told.length === 1 ? '1 answer' : `${told.length} answers`;
  const lines = [
    ...(told.length === 0
      ? []
      : [stopped ? `Stopped ${what}.` : `${what} were told to stop; not all have.`]),
    ...(refused.length === 0 ? [] : [`The server refused to stop ${refused.sort().join(', ')}.`]),
  ];
  return {
    code: refused.length > 0 ? 4 : stopped ? 0 : 1,
    line: lines.map((line) => `${line}\n`).join(''),
    json: { [stopped ? 'stopped' : 'told']: told, ...(refused.length === 0 ? {} : { refused }) },
  };
}

/** Asks the list until none of them runs; false when time is up. */
async function waitUntilIdle(backend: Backend, ids: readonly string[]): Promise<boolean> {
  const until = Date.now() + CONFIRM_MS;
  for (;;) {
    const rows = (await backend.list?.()) ?? [];
    const runs = rows.some(({ id, status }) => ids.includes(id) && isRunning(status));
    if (!runs) return true;
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
