import type { Contestant } from '../contestants.js';
import type { BenchRequest } from '../request.js';
import type { Bench, Scenario } from './Scenario.js';

const PRESSES_A_ROUND = 2;
const STREAMED_BEFORE_MS = 400;
const WATCHED_AFTER_MS = 300;
const HUMAN_PRESS_MS = 90;

/** What it is called, tokens a second, and how long the button is held. */
const PRESSES = [
  ['stop at 500/s', 500, 0],
  ['stop under flood', 0, 0],
  ['human press at 500/s', 500, HUMAN_PRESS_MS],
] as const;

/** What a press on Stop does, at 500 tokens a second and under a flood. */
export const press: Scenario = async (bench) => {
  for (let round = 0; round < bench.rounds * PRESSES_A_ROUND; round++) {
    for (const contestant of bench.contestants) {
      for (const [name, rate, pressMs] of PRESSES) {
        await bench.attempt(contestant, `${name}: press to frozen, ms`, () =>
          measure(bench, contestant, name, rate, pressMs),
        );
      }
    }
  }
};

async function measure(
  { lab, results }: Bench,
  contestant: Contestant,
  name: string,
  rate: number,
  pressMs: number,
): Promise<void> {
  const { name: who, wire } = contestant;
  const tab = await lab.open(contestant, { presses: pressMs > 0 ? 'down' : 'click' });
  await lab.takeLog();
  const request: BenchRequest = { wire, tokens: 0, rate };
  await tab.page.evaluate((asked) => window.bench.start(asked), request);
  const stop = tab.page.locator('[data-bench="stop"] button');
  // By hand: Playwright's own click first waits for a page that stands still.
  const box = await stop.boundingBox();
  if (box === null) throw new Error('shows no Stop');
  await tab.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await tab.page.waitForTimeout(STREAMED_BEFORE_MS);
  await tab.page.mouse.down();
  if (pressMs > 0) await tab.page.waitForTimeout(pressMs);
  await tab.page.mouse.up();
  // A page under flood may hear of the press a second late.
  await tab.page.waitForFunction(() => window.bench.presses?.last != null);
  await tab.page.waitForTimeout(WATCHED_AFTER_MS);
  const { last, shownLater, origin } = await tab.page.evaluate(() => ({
    last: window.bench.presses?.last,
    shownLater: window.bench.text().length,
    origin: performance.timeOrigin,
  }));
  if (last == null) throw new Error('did not stop');
  const [entry] = await lab.takeLog();

  results.add(`${name}: press to handler, ms`, who, last.handledAt - last.at);
  results.add(`${name}: press to frozen, ms`, who, last.frozenAt - last.at);
  results.add(`${name}: characters after the stop`, who, shownLater - last.shownStopped);
  if (pressMs > 0) {
    results.add(`${name}: characters after pointer down`, who, shownLater - last.shownDown);
  }
  if (entry === undefined) return;
  const pressedAt = origin + last.at;
  results.add(`${name}: requests left open`, who, Number(entry.open));
  if (entry.closedAt !== null) {
    results.add(`${name}: press to server sees the close, ms`, who, entry.closedAt - pressedAt);
  }
  if (entry.stopAskedAt !== null) {
    results.add(`${name}: press to stop request, ms`, who, entry.stopAskedAt - pressedAt);
  }
}
