import { tokens } from '../text.js';
import type { Scenario } from './Scenario.js';

const TOKENS = 1_500;
const RATE = 1_000;

/** CPU of an answer at 1,000 tokens a second, beside 0, 50 and 200 earlier messages. */
export const steady: Scenario = async ({ lab, results, contestants, rounds, attempt }) => {
  const expected = tokens(0, TOKENS).replace(/\s/g, '');
  for (let round = 0; round < rounds; round++) {
    for (const earlier of [0, 50, 200]) {
      for (const contestant of contestants) {
        await attempt(contestant, `steady, ${earlier} earlier: CPU ms`, async () => {
          const tab = await lab.open(contestant, { earlier });
          const before = await tab.cpuMs();
          await tab.page.evaluate((request) => window.bench.run(request), {
            wire: contestant.wire,
            tokens: TOKENS,
            rate: RATE,
          });
          const after = await tab.cpuMs();
          const { text, long } = await tab.page.evaluate(() => ({
            text: window.bench.text(),
            long: window.bench.tasks.long(),
          }));
          if (text.replace(/\s/g, '') !== expected) {
            throw new Error('showed another text than was sent');
          }
          results.add(`steady, ${earlier} earlier: CPU ms`, contestant.name, after - before);
          results.add(`steady, ${earlier} earlier: tasks over 50 ms`, contestant.name, long);
        });
      }
    }
  }
};
