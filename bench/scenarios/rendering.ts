import type { Scenario } from './Scenario.js';

/** Commits and renders while an answer streams, and whether a selection in it survives. */
export const rendering: Scenario = async ({ lab, results, contestants, attempt }) => {
  for (const contestant of contestants) {
    const { name, wire } = contestant;
    await attempt(contestant, 'most commits in a frame', async () => {
      const tab = await lab.open(contestant, { earlier: 50, commits: true });
      await tab.page.evaluate((request) => window.bench.start(request), {
        wire,
        tokens: 0,
        rate: 1_000,
      });
      await tab.page.waitForFunction(() => window.bench.text().length > 3_000);
      const seen = await tab.page.evaluate(() => window.bench.rendering());
      results.add('most commits in a frame', name, seen.mostInAFrame);
      results.add('renders of earlier messages in 60 frames', name, seen.earlier);
      results.add('renders of a StopButton alone in 60 frames', name, seen.stop);
      results.add('a selection in settled text survives', name, seen.settled);
      results.add('a selection in the tail survives', name, seen.tail);
    });
  }
};
