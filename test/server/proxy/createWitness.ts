import { expect } from 'vitest';
import type { ProxyEnd } from 'stopkit/server';
import { until } from '../until.js';
import type { ModelLog } from '../upstream/modelLog.js';
import type { Script } from '../upstream/script.js';
import type { Model } from '../upstream/startModel.js';
import type { Ask, ServerState } from './ask.js';
import { rawClient } from './rawClient.js';

/** A server under test as those see it who ask it and watch it. */
export interface Watched {
  port(): number;
  model(): Model;
  state(): Promise<ServerState>;
}

let ids = 0;

/** A run id nobody else has. */
export const newId = (): string => `run-${process.pid}-${String(++ids).padStart(4, '0')}`;

/** What the upstream and the server say about a run. */
export function createWitness({ port, model, state }: Watched) {
  const log = (id: string): Promise<ModelLog | null> => model().log(id);
  const witness = {
    log,
    ask: (id: string, script: Partial<Script>, options: Ask['options'] = {}): Ask => ({
      url: `${model().url({ id, ...script })}/events`,
      options: { runId: id, ...options },
    }),
    asked: (id: string) =>
      until(
        `${id} to be asked`,
        () => log(id),
        (seen) => seen?.requests === 1,
      ),
    /** The server has the request and is busy with something else. */
    inPreflight: (id: string) =>
      until(`${id} to be in preflight`, state, ({ preflights }) => preflights.includes(id)),
    left: async (id: string): Promise<ModelLog> => {
      const seen = await until(
        `${id} to be left`,
        () => log(id),
        (seen) => seen?.leftAt.length === 1,
      );
      if (seen === null) throw new Error(`The model was never asked for ${id}.`);
      return seen;
    },
    ended: async (id: string): Promise<ProxyEnd> => {
      const find = async () => (await state()).ends.find((end) => end.runId === id);
      const end = await until(`${id} to end`, find, (seen) => seen !== undefined);
      if (end === undefined) throw new Error(`${id} never ended.`);
      return end;
    },
    /** The model makes nothing any more, because nobody takes it. */
    blocked: async (id: string): Promise<ModelLog> => {
      let before = -1;
      const still = (seen: ModelLog | null) => {
        const made = seen?.made ?? 0;
        const same = made > 0 && made === before;
        before = made;
        return same;
      };
      const seen = await until(`${id} to be blocked`, () => log(id), still, { everyMs: 150 });
      if (seen === null) throw new Error(`The model was never asked for ${id}.`);
      return seen;
    },
    /** A stream of somebody else, which must reach its end whatever happens to the others. */
    innocent: async (): Promise<() => Promise<void>> => {
      const id = newId();
      const client = await rawClient(port(), witness.ask(id, { count: 20 }));
      return async () => {
        expect(await witness.ended(id)).toEqual({ runId: id, outcome: 'complete' });
        client.socket.destroy();
      };
    },
  };
  return witness;
}
