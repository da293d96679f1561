import { ChatAgent, Lang } from 'aiwrapper';
import { createGeneration, type Source } from 'stopkit/core';
import { sourceFromAgent, type ToolRun } from 'stopkit/aiwrapper';
import { runIsolated } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calls, endless, says, startModel } from '../../servers/aiwrapper/startModel.js';

// The document: start with the signal, fall back to the token where no signal reaches, and consider
// a runner of its own only where providers hang. Each step has what the one before it cannot do.
let model: Awaited<ReturnType<typeof startModel>>;
beforeEach(async () => {
  model = await startModel();
});
afterEach(() => model.close());

const openLang = () => Lang.openaiLike({ model: 'scripted', baseURL: model.baseURL, apiKey: 'k' });

/** A tool that works in steps, each let go by the test; with `asks` it looks at the token between them. */
function stepwise(asks: boolean) {
  const steps: number[] = [];
  let go: () => void = () => undefined;
  const tool = {
    name: 'work',
    description: 'Works.',
    parameters: {},
    handler: async (_args: unknown, run?: ToolRun) => {
      for (let step = 1; step <= 3; step += 1) {
        if (asks) run?.check();
        steps.push(step);
        await new Promise<void>((resolve) => (go = resolve));
      }
    },
  };
  return { tool, steps, go: () => go() };
}

/** Lets everything run that a step has woken. */
const settle = () => new Promise(setImmediate);

describe('the order in which to fall back', () => {
  test('start with option 1: the signal closes what is on the network, with no token and no thread', async () => {
    model.next(endless, says('Again.'));
    const answer = createGeneration({ source: sourceFromAgent(new ChatAgent(openLang())) });
    void answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().text).not.toBe('');
    await answer.stop();
    await expect.poll(() => model.open()).toBe(0);
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Again.' });
  });

  test.each([
    ['a local transform goes on where only the signal is used', false, [1, 2]],
    ['fall back to option 2: where it asks the token, it does no further step', true, [1]],
  ] as const)('%s', async (_, asks, expected) => {
    const { tool, steps, go } = stepwise(asks);
    const agent = new ChatAgent(openLang(), { tools: [tool] });
    const answer = createGeneration({ source: sourceFromAgent(agent) });
    model.next(calls('work', {}), says('Again.'));
    void answer.start('Work.');
    await expect.poll(() => steps).toEqual([1]);
    await answer.stop();
    go();
    await settle();
    expect(steps).toEqual(expected);
    // Either way the run is over here, and the next one works.
    expect(answer.getSnapshot()).toMatchObject({
      status: 'stopped',
      parts: [{ state: 'cancelled' }],
    });
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Again.' });
  });

  test('a provider that ignores both goes on at its server though the run is over here', async () => {
    model.next(endless);
    const deaf = openLang();
    const chat = deaf.chat.bind(deaf);
    deaf.chat = (messages, options) => {
      const onResult = options?.onResult;
      return chat(messages, onResult === undefined ? {} : { onResult });
    };
    const answer = createGeneration({ source: sourceFromAgent(new ChatAgent(deaf)) });
    void answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().text).not.toBe('');
    await answer.stop();
    expect(answer.getSnapshot().status).toBe('stopped');
    await settle();
    expect(model.open()).toBe(1);
  });

  test.each(['thread', 'process'] as const)(
    'option 3 only there: a %s of its own is ended, its socket is closed, the partial is kept, and the next run works',
    async (isolation) => {
      model.next(endless, says('Again.'));
      const module = new URL('./deafAgent.mjs', import.meta.url);
      const source: Source<string> = async function* ({ signal }) {
        const input = { baseURL: model.baseURL };
        for await (const said of runIsolated(module, input, { signal, graceMs: 100, isolation })) {
          yield { type: 'text', delta: String(said) };
        }
      };
      const answer = createGeneration({ source });
      void answer.start('Why?');
      await expect.poll(() => answer.getSnapshot().text).toContain('word');
      const { text } = answer.getSnapshot();
      await answer.stop();
      expect(answer.getSnapshot()).toMatchObject({ status: 'stopped', text });
      await expect.poll(() => model.open()).toBe(0);
      void answer.start('Next.');
      await expect.poll(() => answer.getSnapshot().text).toBe('Again.');
      await answer.stop();
    },
  );
});
