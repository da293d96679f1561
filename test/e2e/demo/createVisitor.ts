import { expect } from 'vitest';
import type { Tab } from '../engines/Tab.js';
import type { Demo, Turn } from './startDemo.js';

// What was thought folds away when it is over: it is not the answer.
const BLOCKS = '[data-part="block"]:not([data-part="reasoning"] *)';
const ANSWER = '[data-stopkit="assistant-message"]';
const STOP = '[data-stopkit="composer"] [data-stopkit="stop-button"]';
const all = (selector: string): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})]`;
/** An answer takes its time on a busy machine. */
const PATIENCE = { timeout: 30_000, interval: 20 };

/** One person with one tab of the demo. */
export interface Visitor {
  tab: Tab;
  ask(question: string): Promise<void>;
  /** Resolves when the expression is true in the page. */
  until(expression: string): Promise<void>;
  untilText(text: string): Promise<void>;
  /** The text of the last answer. */
  answer(): Promise<string>;
  status(): Promise<string>;
  stopIsThere(): Promise<boolean>;
  /** Presses Stop with the mouse, or Escape. */
  stop(with_: 'mouse' | 'keyboard'): Promise<void>;
  chat(): Promise<string>;
  lastTurn(): Promise<Turn>;
  /** What the browser complained about, without what it says of connections that were broken on purpose. */
  complaints(): string[];
}

/** Opens the demo, or one of its conversations, in a tab. */
export async function createVisitor(demo: Demo, tab: Tab, path = '/'): Promise<Visitor> {
  const until = async (expression: string): Promise<void> => {
    await expect.poll(() => tab.read<boolean>(`Boolean(${expression})`), PATIENCE).toBe(true);
  };
  const lastOf = (expression: string): string => `(${all(ANSWER)}.at(-1)?.${expression})`;
  const stopIsThere = (): Promise<boolean> =>
    tab.read(
      `document.querySelector('${STOP}[data-status="connecting"],${STOP}[data-status="streaming"]') !== null`,
    );
  const chat = async (): Promise<string> =>
    (await tab.read<string | null>(`new URL(location.href).searchParams.get('chat')`)) ?? '';
  await tab.go(demo.url + path);
  await until(`document.querySelector('textarea')`);

  return {
    tab,
    until,
    async untilText(text) {
      await expect.poll(() => tab.read('document.body.innerText'), PATIENCE).toContain(text);
    },
    stopIsThere,
    chat,
    async ask(question) {
      await tab.click('textarea');
      await tab.type(question);
      await tab.press('Enter');
    },
    answer: () =>
      tab.read(`${lastOf(`querySelectorAll('${BLOCKS}')`)} === undefined ? '' :
        [...${lastOf(`querySelectorAll('${BLOCKS}')`)}].map((block) => block.textContent).join('').trimEnd()`),
    status: async () => (await tab.read<string | null>(lastOf('dataset.status'))) ?? 'idle',
    async stop(with_) {
      await expect.poll(stopIsThere, PATIENCE).toBe(true);
      if (with_ === 'keyboard') return tab.press('Escape');
      // A click in the first 0.4 s counts as one that was meant for Send: a person clicks again.
      await expect
        .poll(async () => {
          if (await stopIsThere()) await tab.click(STOP);
          return stopIsThere();
        }, PATIENCE)
        .toBe(false);
    },
    async lastTurn() {
      const turn = (await demo.history(await chat())).at(-1);
      if (turn === undefined) throw new Error('Nothing was stored, so nothing can be compared.');
      return turn;
    },
    complaints: () =>
      tab
        .complaints()
        .filter((text) => !/Failed to load resource|NetworkError|interrupted while/.test(text)),
  };
}
