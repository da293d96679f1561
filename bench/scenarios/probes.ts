import type { Contestant } from '../contestants.js';
import type { Lab, Tab } from '../Lab.js';
import type { BenchRequest } from '../request.js';
import type { Verdict } from '../Results.js';
import { tokens, WIDE_WORDS } from '../text.js';
import { wires } from '../wires.js';
import type { Scenario } from './Scenario.js';

const SETTLE_MS = 4_000;
const CLOSE_MS = 1_500;
const ENDLESS = { tokens: 0, rate: 500 };
const SHORT = { tokens: 60, rate: 500 };

/** A contestant on a page, and what a probe does with it. */
interface Probed {
  /** Starts an answer; the wire is the contestant's own. */
  start(request: Omit<BenchRequest, 'wire'>): Promise<void>;
  stop(): Promise<void>;
  state(): Promise<string>;
  text(): Promise<string>;
  untilText(): Promise<void>;
  /** The word that the page settles on; "running" when it never does. */
  untilSettled(): Promise<string>;
  pause(ms: number): Promise<void>;
  tab: Tab;
  lab: Lab;
  wire: Contestant['wire'];
}

type Probe = (probed: Probed) => Promise<boolean | null>;

const withoutSpace = (text: string): string => text.replace(/\s/g, '');

async function stopsBefore(probed: Probed, request: Omit<BenchRequest, 'wire'>): Promise<boolean> {
  await probed.start(request);
  await probed.pause(200);
  await probed.stop();
  const word = await probed.untilSettled();
  await probed.pause(200);
  const log = await probed.lab.takeLog();
  return word !== 'running' && word !== 'error' && log.length === 1 && log[0]?.open === false;
}

/** What a stop that tells the truth does; true is a pass, null is not applicable. */
export const probes: Readonly<Record<string, Probe>> = {
  'the whole answer is shown as it was sent': async (probed) => {
    await probed.start(SHORT);
    await probed.untilSettled();
    return withoutSpace(await probed.text()) === withoutSpace(tokens(0, SHORT.tokens));
  },
  'characters that the network cuts in two are whole': async (probed) => {
    await probed.start({ ...SHORT, bytewise: true });
    await probed.pause(200);
    await probed.untilSettled();
    return (await probed.text()).trim() === WIDE_WORDS;
  },
  'a stop before the headers closes the request': (probed) =>
    stopsBefore(probed, { ...ENDLESS, headersAfterMs: 30_000 }),
  'a stop before the first word closes the request': (probed) =>
    stopsBefore(probed, { tokens: 0, rate: 0.001 }),
  'a stop keeps an exact beginning of the answer': async (probed) => {
    await probed.start(ENDLESS);
    await probed.untilText();
    await probed.stop();
    await probed.untilSettled();
    const kept = withoutSpace(await probed.text());
    return kept !== '' && withoutSpace(tokens(0, 5_000)).startsWith(kept);
  },
  'no text comes after the page says that it has stopped': async (probed) => {
    await probed.start({ tokens: 0, rate: 2_000 });
    await probed.untilText();
    await probed.pause(500);
    await probed.stop();
    await probed.untilSettled();
    const before = (await probed.text()).length;
    await probed.pause(500);
    return (await probed.text()).length === before;
  },
  'pressing Stop twice is the same as once': async (probed) => {
    await probed.start(ENDLESS);
    await probed.untilText();
    await probed.tab.page.evaluate(() => {
      window.bench.pressStop();
      window.bench.pressStop();
    });
    const word = await probed.untilSettled();
    return word !== 'running' && word !== 'error';
  },
  'a stop and a failure throw nothing at the page': async (probed) => {
    await probed.start(ENDLESS);
    await probed.untilText();
    await probed.stop();
    await probed.untilSettled();
    await probed.start({ ...SHORT, failing: true });
    await probed.pause(50);
    await probed.untilSettled();
    return probed.tab.errors.length === 0;
  },
  'stop and send in one tick shows the new answer as running': async (probed) => {
    await probed.start(ENDLESS);
    await probed.untilText();
    const request = { ...ENDLESS, wire: probed.wire };
    await probed.tab.page.evaluate((asked) => {
      window.bench.pressStop();
      window.bench.start(asked);
    }, request);
    await probed.pause(500);
    const before = await probed.text();
    const word = await probed.state();
    await probed.pause(300);
    const grows = (await probed.text()) !== before;
    return grows && word === 'running' && (await probed.state()) === 'running';
  },
  'stopped is told from done': async (probed) => {
    await probed.start(SHORT);
    await probed.pause(50);
    const done = await probed.untilSettled();
    await probed.start(ENDLESS);
    await probed.pause(300);
    await probed.stop();
    return (await probed.untilSettled()) !== done;
  },
  'leaving the page closes the request': async (probed) => {
    await probed.start(ENDLESS);
    await probed.untilText();
    await probed.tab.page.evaluate(() => window.bench.unmount());
    await probed.pause(CLOSE_MS);
    return (await probed.lab.takeLog()).every(({ open }) => !open);
  },
  'an answer without its end marker is not called complete': async (probed) => {
    if (wires[probed.wire](0).end === '') return null;
    await probed.start({ ...SHORT, ending: 'no end marker' });
    await probed.pause(50);
    const word = await probed.untilSettled();
    return word !== 'complete';
  },
  'an error inside the answer is shown as an error': async (probed) => {
    if (wires[probed.wire](0).error === null) return null;
    await probed.start({ ...SHORT, ending: 'error' });
    await probed.pause(50);
    return (await probed.untilSettled()) === 'error';
  },
  'a connection that is cut is not called complete': async (probed) => {
    await probed.start({ ...SHORT, ending: 'cut' });
    await probed.pause(50);
    const word = await probed.untilSettled();
    return word !== 'complete' && word !== 'running';
  },
  'after HTTP 500 the next try works': async (probed) => {
    await probed.start({ ...SHORT, failing: true });
    await probed.pause(50);
    const word = await probed.untilSettled();
    await probed.start(SHORT);
    await probed.pause(300);
    await probed.untilSettled();
    const whole = withoutSpace(await probed.text()) === withoutSpace(tokens(0, SHORT.tokens));
    return word === 'error' && whole;
  },
};

/** Whether each contestant does what is right. */
export const correctness: Scenario = async ({ lab, results, contestants, attempt }) => {
  for (const [name, probe] of Object.entries(probes)) {
    for (const contestant of contestants) {
      if (contestant.plain === true) continue;
      await attempt(contestant, name, async () => {
        const tab = await lab.open(contestant, { keepsErrors: true });
        await lab.takeLog();
        const passed = await probe(createProbed(lab, tab, contestant));
        const verdict: Verdict = passed === null ? 'n/a' : passed ? 'pass' : 'fail';
        results.judge(name, contestant.name, verdict);
      });
    }
  }
};

function createProbed(lab: Lab, tab: Tab, { wire }: Contestant): Probed {
  const { page } = tab;
  const state = (): Promise<string> => page.evaluate(() => window.bench.find('state').textContent);
  return {
    tab,
    lab,
    wire,
    state,
    start: (request) => page.evaluate((asked) => window.bench.start(asked), { ...request, wire }),
    stop: () => page.evaluate(() => window.bench.pressStop()),
    text: () => page.evaluate(() => window.bench.text()),
    untilText: async () => {
      await page.waitForFunction(() => window.bench.text().length > 20);
    },
    untilSettled: async () => {
      await page
        .waitForFunction(
          () => !/running|stopping/.test(window.bench.find('state').textContent),
          null,
          {
            timeout: SETTLE_MS,
          },
        )
        .catch(() => undefined);
      return state();
    },
    pause: (ms) => page.waitForTimeout(ms),
  };
}
