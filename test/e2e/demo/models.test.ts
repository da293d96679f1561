import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { madeAfter } from '../../server/upstream/modelLog.js';
import { type Model, startModel } from '../../server/upstream/startModel.js';
import { startChromium } from '../engines/chromium.js';
import { type Engine, WIDE } from '../engines/Tab.js';
import { createVisitor } from './createVisitor.js';
import { startDemo } from './startDemo.js';

let model: Model;
let engine: Engine;
beforeAll(async () => {
  [model, engine] = await Promise.all([startModel(), startChromium()]);
}, 60_000);
afterAll(() => Promise.all([model.stop(), engine.close()]));

const SPEAKERS: [string, (id: string) => Record<string, string>][] = [
  [
    'OPENAI_BASE_URL',
    (id) => ({
      OPENAI_BASE_URL: `${model.url({ id })}/v1`,
      OPENAI_API_KEY: 'any',
      OPENAI_MODEL: 'the-model-of-openai-base-url',
    }),
  ],
  [
    'OLLAMA_HOST',
    (id) => ({ OLLAMA_HOST: model.url({ id }), OLLAMA_MODEL: 'the-model-of-ollama-host' }),
  ],
];

test.each(SPEAKERS)(
  'with %s the server that it names answers, and a stop closes its connection',
  async (variable, environment) => {
    const id = variable.toLowerCase().replaceAll('_', '-');
    const demo = await startDemo({ env: environment(id) });
    onTestFinished(() => demo.close());
    const visitor = await createVisitor(demo, await engine.open(WIDE));
    await visitor.untilText(`the-model-of-${id}`);
    for (let turn = 1; turn <= 2; turn += 1) {
      await visitor.ask('Go on until I stop you');
      await expect.poll(visitor.answer, { timeout: 20_000 }).toContain('風 tells the truth');
      await visitor.stop('keyboard');
      await visitor.untilText('You stopped this answer');
      await expect.poll(async () => (await model.log(id))?.leftAt.length).toBe(turn);
      await expect.poll(async () => (await visitor.lastTurn()).outcome).toBe('stopped');
      const log = await model.log(id);
      expect(log && madeAfter(log, log.leftAt.at(-1) ?? 0)).toBe(0);
    }
    expect((await demo.history(await visitor.chat())).map(({ outcome }) => outcome)).toEqual([
      'stopped',
      'stopped',
    ]);
    expect(visitor.complaints()).toEqual([]);
    await visitor.tab.close();
  },
);
