import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import {
  type ScriptedBackend,
  scriptedBackend,
  stored,
} from '../../../test/unit/conversations/scriptedBackend.js';
import { literalStop } from '../../../stories/literalGeneration.js';
import { type SeenTurn, storedSnapshot } from '../../core/index.js';
import { holdConversations } from './holdConversations.js';
import { stopMarks } from './stopMarks.js';
import { placeOf, placeOfRun } from './stopPlaces.js';

const id = 'c1';

afterEach(() => localStorage.clear());

/** A page of the conversation, until it is closed or loaded anew. */
function openPage(backend: ScriptedBackend) {
  // A page that is gone notices no more that nobody answers.
  const held = holdConversations({ backend, confirmWithinMs: 600_000 }, new QueryClient());
  const close = held.retain();
  onTestFinished(close);
  const { answer } = held.conversations.conversation(id);
  return {
    answer,
    close,
    /** The statuses of the stored answers. */
    async read(): Promise<readonly string[]> {
      const messages = await held.readHistory(id);
      held.queryClient.setQueryData(held.historyKey(id), messages);
      return messages
        .filter(({ role }) => role === 'assistant')
        .map(({ snapshot }) => snapshot.status);
    },
    /** Sends a text whose answer only this page knows by the name that it is told. */
    async ask(name: string): Promise<void> {
      const { length } = backend.send.requests;
      void answer.start('Hi');
      await expect.poll(() => backend.send.requests).toHaveLength(length + 1);
      backend.send.say({ type: 'start', runId: name, messageId: name });
      backend.send.text('Hello');
      await expect.poll(() => answer.getSnapshot().text).toBe('Hello');
    },
  };
}

/** A page on which an answer was stopped, and no more than that. */
async function stopHere(backend: ScriptedBackend): Promise<ReturnType<typeof openPage>> {
  const page = openPage(backend);
  await page.read();
  await page.ask('t1');
  void page.answer.stop();
  await expect.poll(() => backend.stops).toHaveLength(1);
  return page;
}

const before = [stored('q0', 'user', 'Before'), stored('a0', 'assistant', 'Yes')];
const turn = [stored('q1', 'user', 'Hi'), stored('a1', 'assistant', 'Hello')];

test.each([
  ['the first of its conversation', []],
  ['a later one', before],
])(
  'an answer is still stopped after a reload that did not wait for the server: %s',
  async (_, earlier) => {
    const backend = scriptedBackend();
    backend.stored.set(id, [...earlier]);
    const page = await stopHere(backend);
    page.close();
    const again = openPage(backend);
    // What is stored may be a moment behind.
    await again.read();
    backend.stored.set(id, [...earlier, ...turn]);
    const statuses = [...earlier.slice(1).map(() => 'complete'), 'stopped'];
    expect(await again.read()).toEqual(statuses);
    backend.stored.set(id, [...earlier, ...turn, stored('q2', 'user', 'Or so?')]);
    expect(await openPage(backend).read()).toEqual(statuses);
    // Once its own name is known, the place says nothing more.
    const left = stopMarks().read(id, earlier.length === 0 ? 'after:' : 'after:a0');
    expect(left).toBeNull();
  },
);

test('a later answer is not called stopped where the stopped one was never stored', async () => {
  const backend = scriptedBackend();
  const page = await stopHere(backend);
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => page.answer.getSnapshot().stopRecord?.confirmation).toBe('confirmed');
  await page.ask('t2');
  page.close();
  backend.stored.set(id, turn);
  expect(await openPage(backend).read()).toEqual(['complete']);
});

test('an answer that is sent after a reload is not called stopped where the stopped one was never stored', async () => {
  const backend = scriptedBackend();
  const page = await stopHere(backend);
  page.close();
  const again = openPage(backend);
  await again.ask('t2');
  const named = stored('t2', 'assistant', 'Hello');
  backend.stored.set(id, [stored('q2', 'user', 'Hi'), named]);
  expect(await again.read()).toEqual(['complete']);
  backend.stored.set(id, turn);
  expect(await openPage(backend).read()).toEqual(['complete']);
});

test('an answer that was sent while another was not stored yet leaves no mark that could reach that one', async () => {
  const backend = scriptedBackend();
  const page = openPage(backend);
  await page.read();
  await page.ask('t1');
  backend.send.done();
  await expect.poll(() => page.answer.getSnapshot().status).toBe('complete');
  await page.ask('t2');
  void page.answer.stop();
  await expect.poll(() => backend.stops).toHaveLength(1);
  page.close();
  const second = [stored('q2', 'user', 'Hi'), stored('a2', 'assistant', 'Hello')];
  backend.stored.set(id, [...turn, ...second]);
  expect(await openPage(backend).read()).toEqual(['complete', 'complete']);
});

test('a stop that came too late leaves no mark anywhere', async () => {
  const backend = scriptedBackend();
  const page = await stopHere(backend);
  const kept = (): unknown => JSON.parse(localStorage.getItem('stopkit-stops') ?? '[]');
  expect(kept()).toHaveLength(3);
  // Read meanwhile: whether the stop came in time nobody knows yet.
  backend.stored.set(id, turn);
  await page.read();
  backend.stops[0]?.answer({ outcome: 'finished', text: 'Hello' });
  await expect.poll(kept).toEqual([]);
});

const seen = (more: Partial<SeenTurn>): SeenTurn => ({
  id: 'r1',
  input: 'Hi',
  knownIds: new Set(['q0', 'a0']),
  snapshot: { ...storedSnapshot('Hello'), runId: 'r1', stopRecord: literalStop() },
  ...more,
});

test.each([
  ['sent from here', {}, before, 'after:a0'],
  ['its question is stored', {}, [...before, stored('q1', 'user', 'Hi')], 'after:a0'],
  ['the first', { knownIds: new Set<string>() }, [], 'after:'],
  ['somebody else has written since', {}, [...before, ...turn], null],
  ['nothing was read', { knownIds: null }, [], null],
  ['what was read is gone', {}, [], null],
  ['gone on with', { also: ['r0'] }, before, null],
  ['begun elsewhere', { input: null, knownIds: new Set(['q0']) }, before.slice(0, 1), 'after:'],
  ['begun elsewhere, no question stored', { input: null }, before, null],
])('where a stopped answer will stand is known, or in doubt: %s', (_, more, history, place) => {
  const known = placeOf(seen(more), history);
  expect(known?.isSure === true ? known.name : null).toBe(place);
});

test('where a stopped answer will stand is told by what the history calls the message before it', () => {
  const [question, answer] = before;
  if (question === undefined || answer === undefined) throw new Error('Nothing before.');
  const snapshot = { ...answer.snapshot, messageId: 'seq-2' };
  const shown = seen({ knownIds: new Set(['q0', 't0']) });
  expect(placeOfRun('r1', [shown], [question, { ...answer, id: 't0', snapshot }])).toEqual({
    name: 'after:seq-2',
    isSure: true,
  });
  expect(placeOfRun('r0', [shown], before)).toBeNull();
});
