import fc from 'fast-check';
import {
  type BackendEvent,
  createConversations,
  idleSnapshot,
  isRunning,
  mergeMessages,
  type Message,
  storedSnapshot,
} from 'stopkit/core';
import { expect, test, vi } from 'vitest';
import { scriptedBackend, stored } from './scriptedBackend.js';

interface Turn {
  words: number;
  end: 'complete' | 'stopped';
  /** Whether the status events name the turn, as some systems do. */
  named: boolean;
}

interface Server {
  conversations: Map<string, { turns: Turn[]; isLastActive: boolean }>;
}

const turn = fc.record({
  words: fc.integer({ min: 0, max: 4 }),
  end: fc.constantFrom('complete' as const, 'stopped' as const),
  named: fc.boolean(),
});
const conversation = fc.record({
  turns: fc.array(turn, { minLength: 1, maxLength: 3 }),
  isLastActive: fc.boolean(),
});

const turnIdOf = (id: string, at: number): string => `${id}-t${at}`;
const wordOf = (at: number): string => `word${at} `;
const textOf = ({ words }: Turn): string =>
  Array.from({ length: words }, (_, at) => wordOf(at)).join('');

/** Everything the server says, in order. */
function logOf({ conversations }: Server): BackendEvent[] {
  return [...conversations].flatMap(([conversationId, { turns, isLastActive }]) =>
    turns.flatMap((one, at): BackendEvent[] => {
      const turnId = turnIdOf(conversationId, at);
      const named = one.named ? { turnId } : {};
      const stream = { type: 'stream', conversationId, turnId } as const;
      const isActive = isLastActive && at === turns.length - 1;
      return [
        { type: 'status', conversationId, status: 'active', ...named },
        ...Array.from({ length: one.words }, (_, index): BackendEvent => {
          return { ...stream, index, event: { type: 'text', delta: wordOf(index) } };
        }),
        ...(isActive
          ? []
          : ([
              { ...stream, index: one.words, event: { type: 'done', outcome: one.end } },
              { type: 'settled', conversationId, turnId, outcome: one.end },
              { type: 'status', conversationId, status: 'idle', ...named },
            ] satisfies BackendEvent[])),
      ];
    }),
  );
}

function historyOf(id: string, turns: readonly Turn[], isLastActive: boolean): Message[] {
  return turns.flatMap((one, at) => {
    const name = turnIdOf(id, at);
    const question = stored(`${name}-question`, 'user', `Question ${at}`);
    if (isLastActive && at === turns.length - 1) return [question];
    const snapshot = storedSnapshot(textOf(one));
    if (one.end === 'complete') return [question, { id: name, role: 'assistant', snapshot }];
    const stopRecord = {
      runId: name,
      reason: 'user',
      by: 'user',
      at: 0,
      seenChars: 0,
      frozenMs: 0,
      answeredMs: null,
      confirmation: 'confirmed',
      persisted: 'backend',
    } as const;
    const marked = { ...idleSnapshot, ...snapshot, status: 'stopped', stopRecord } as const;
    return [question, { id: name, role: 'assistant', snapshot: marked }];
  });
}

const scenario = fc
  .record({
    one: conversation,
    two: conversation,
    fate: fc.array(fc.constantFrom('keep', 'keep', 'keep', 'lose', 'double'), {
      minLength: 60,
      maxLength: 60,
    }),
    places: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 120, maxLength: 120 }),
    /** How far an event may stray: 0 is in order. */
    stray: fc.constantFrom(0, 3, 1_000),
  })
  .map(({ one, two, fate, places, stray }) => {
    const server: Server = { conversations: new Map(Object.entries({ one, two })) };
    const said = logOf(server).flatMap((event, at) => {
      const what = fate[at % fate.length];
      return what === 'lose' ? [] : what === 'double' ? [event, event] : [event];
    });
    const heard = said
      .map((event, at) => ({
        event,
        place: at + ((places[at % places.length] ?? 0) % (stray + 1)),
      }))
      .sort((a, b) => a.place - b.place)
      .map(({ event }) => event);
    return { server, heard };
  });

async function play({ server, heard }: { server: Server; heard: BackendEvent[] }) {
  const backend = scriptedBackend();
  const histories = new Map<string, readonly Message[]>();
  let reads = 0;
  const conversations = createConversations({
    backend,
    publish(callback) {
      queueMicrotask(callback);
      return () => undefined;
    },
    onHistoryDue(id) {
      reads += 1;
      void conversations.readHistory(id).then((messages) => histories.set(id, messages));
    },
  });
  for (const [id, { turns, isLastActive }] of server.conversations) {
    backend.stored.set(id, historyOf(id, turns, isLastActive));
  }
  // What is listed is the truth of the end; the truth of any earlier moment differs only by what is lost.
  backend.rows = [...server.conversations].map(([id, { turns, isLastActive }]) => ({
    id,
    status: isLastActive ? 'active' : 'idle',
    ...(isLastActive ? { turnId: turnIdOf(id, turns.length - 1) } : {}),
  }));
  const disconnect = conversations.connect();
  const leave = [...server.conversations.keys()].map((id) => conversations.watch(id));
  backend.say({ type: 'connection', state: 'open' });
  for (const event of heard) {
    backend.say(event);
    await Promise.resolve();
  }
  backend.say({ type: 'connection', state: 'reconnecting' });
  backend.say({ type: 'connection', state: 'open' });
  const shown = (id: string): readonly Message[] =>
    mergeMessages(histories.get(id) ?? [], conversations.conversation(id).getTurns());
  const close = (): void => {
    disconnect();
    for (const each of leave) each();
  };
  return { conversations, shown, close, reads: () => reads };
}

test('any order, loss and doubling of events ends in the state of the server, with few reads', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ server, heard }) => {
      const { conversations, shown, close, reads } = await play({ server, heard });
      await vi.waitFor(
        () => {
          for (const [id, { turns, isLastActive }] of server.conversations) {
            const info = conversations.getSnapshot().conversations.get(id);
            expect(isRunning(info?.status ?? 'idle')).toBe(isLastActive);
            expect(conversations.conversation(id).answer.isActive()).toBe(isLastActive);
            const messages = shown(id);
            turns.slice(0, isLastActive ? -1 : undefined).forEach((one, at) => {
              const mine = messages.filter((message) => message.id === turnIdOf(id, at));
              expect(mine).toHaveLength(1);
              expect(mine[0]?.snapshot.status).toBe(one.end);
              expect(mine[0]?.snapshot.text).toBe(textOf(one));
            });
          }
        },
        { timeout: 4_000, interval: 5 },
      );
      const turns = [...server.conversations.values()].flatMap((one) => one.turns).length;
      // Once per turn, once per connection and conversation, and what a lost end costs.
      expect(reads()).toBeLessThanOrEqual(3 * turns + 4);
      close();
    }),
    { numRuns: 100, endOnFailure: true },
  );
}, 120_000);
