import { observeCommits } from './observeCommits.js';
import { observePresses } from './observePresses.js';
import { frames, observeRendering } from './observeRendering.js';
import { observeTasks } from './observeTasks.js';
import { shownText } from './shownText.js';
import type { Mount } from './Mount.js';
import type { BenchRequest } from '../request.js';
import { tokens } from '../text.js';

const WORDS_OF_AN_EARLIER_MESSAGE = 120;

const search = new URLSearchParams(location.search);
const name = search.get('contestant') ?? 'kit';
const earlierCount = Number(search.get('earlier') ?? 0);

// React reports its commits only to a hook that is there before it.
const commits = search.has('commits') ? observeCommits() : null;
const presses = search.has('presses') ? observePresses(search.get('presses') === 'down') : null;
const tasks = observeTasks();

const loaders = import.meta.glob<{ mount: Mount }>([
  './contestants/*.{ts,tsx}',
  '../peers/contestants/*.tsx',
]);
const load =
  loaders[`./contestants/${name}.tsx`] ??
  loaders[`./contestants/${name}.ts`] ??
  loaders[`../peers/contestants/${name}.tsx`];
const root = document.getElementById('root');
if (load === undefined || root === null)
  throw new Error(`stopkit: there is no contestant ${name}.`);

const { mount } = await load();
const earlier = Array.from({ length: earlierCount }, (_, n) =>
  tokens(n * 7, WORDS_OF_AN_EARLIER_MESSAGE),
);

const find = (part: string): HTMLElement => {
  const element = document.querySelector<HTMLElement>(`[data-bench="${part}"]`);
  if (element === null) throw new Error(`stopkit: ${name} drew no ${part}.`);
  return element;
};

/** Resolves when the state word is what is asked for. */
const whenRunning = (wanted: boolean): Promise<void> =>
  new Promise((resolve) => {
    const state = find('state');
    const look = (): void => {
      if ((state.textContent === 'running') !== wanted) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(state, { childList: true, characterData: true, subtree: true });
    look();
  });

const mounted = mount({ root, earlier });

/** Presses Stop without a mouse. */
const pressStop = (): void => find('stop').querySelector('button')?.click();

/** Generates until the first words and stops, again and again. */
async function cycle(count: number, request: BenchRequest): Promise<void> {
  for (let n = 0; n < count; n++) {
    mounted.reset?.();
    mounted.start(request);
    await whenRunning(true);
    while (shownText() === '') await new Promise(requestAnimationFrame);
    pressStop();
    await whenRunning(false);
  }
}

/** Runs one answer to its end, and until all of it is laid out and painted. */
async function run(request: BenchRequest): Promise<void> {
  tasks.begin();
  mounted.start(request);
  await whenRunning(true);
  await whenRunning(false);
  await frames(3);
}

const bench = {
  ...mounted,
  commits,
  presses,
  tasks,
  find,
  text: shownText,
  pressStop,
  cycle,
  run,
  frames,
  rendering: () => observeRendering(find('live'), commits),
};

/** What the bench's own process reaches into. */
export type BenchPage = typeof bench;
Object.assign(window, { bench });
