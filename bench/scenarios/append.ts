import type { Scenario } from './Scenario.js';

const SIZES = [5_000, 150_000, 730_000];
const APPENDS = 60;
/** The first frames still lay out what was sent at once. */
const SETTLING = 20;

/** What one frame costs that adds a few words to a short, a long and a very long answer. */
export const append: Scenario = async ({ lab, results, contestants, rounds, attempt }) => {
  for (let round = 0; round < rounds; round++) {
    for (const size of SIZES) {
      for (const contestant of contestants) {
        const { name, wire } = contestant;
        const measure = `a frame at ${size} characters: CPU ms`;
        await attempt(contestant, measure, async () => {
          const tab = await lab.open(contestant);
          await tab.page.evaluate((request) => window.bench.start(request), {
            wire,
            tokens: 0,
            // Seven tokens of five characters in a frame of a sixtieth of a second.
            rate: 420,
            prefill: size,
          });
          await tab.page.waitForFunction((length) => window.bench.text().length >= length, size, {
            polling: 100,
          });
          await tab.page.evaluate((count) => window.bench.frames(count), SETTLING);
          const before = await tab.cpuMs();
          await tab.page.evaluate((count) => window.bench.frames(count), APPENDS);
          results.add(measure, name, ((await tab.cpuMs()) - before) / APPENDS);
        });
      }
    }
  }
};
