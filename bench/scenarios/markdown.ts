import type { Scenario } from './Scenario.js';

const TOKENS = 1_500;
const RATE = 500;

/** CPU of an answer in Markdown at 500 tokens a second, drawn with each of the two usual libraries. */
export const markdown: Scenario = async ({ lab, results, contestants, rounds, attempt }) => {
  for (let round = 0; round < rounds; round++) {
    for (const drawnWith of ['react-markdown', 'streamdown'] as const) {
      for (const contestant of contestants) {
        if (contestant.plain === true) continue;
        const measure = `${drawnWith}: CPU ms`;
        await attempt(contestant, measure, async () => {
          const tab = await lab.open(contestant, { markdown: drawnWith });
          const before = await tab.cpuMs();
          await tab.page.evaluate((request) => window.bench.run(request), {
            wire: contestant.wire,
            tokens: TOKENS,
            rate: RATE,
            markdown: true,
          } as const);
          results.add(measure, contestant.name, (await tab.cpuMs()) - before);
        });
      }
    }
  }
};
