import type { Scenario } from './Scenario.js';

const SIZES = [2_000, 10_000, 40_000, 200_000];

/** CPU of an answer that comes as fast as it is read. */
export const flood: Scenario = async ({ lab, results, contestants, rounds, attempt }) => {
  for (let round = 0; round < rounds; round++) {
    for (const size of SIZES) {
      for (const contestant of contestants) {
        await attempt(contestant, `flood of ${size}: CPU ms`, async () => {
          const tab = await lab.open(contestant);
          const before = await tab.cpuMs();
          await tab.page.evaluate((request) => window.bench.run(request), {
            wire: contestant.wire,
            tokens: size,
            rate: 0,
          });
          const after = await tab.cpuMs();
          const long = await tab.page.evaluate(() => window.bench.tasks.long());
          results.add(`flood of ${size}: CPU ms`, contestant.name, after - before);
          results.add(`flood of ${size}: tasks over 50 ms`, contestant.name, long);
        });
      }
    }
  }
};
