import { isShown } from '../react/isShown.js';
import { publishByFrame } from '../react/publishByFrame.js';

// Inline, because a live region must be hidden where the optional stylesheet is not loaded as well.
const HIDDEN =
  'position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

// In a list that forgives: not every browser knows the first one.
const MODAL = ':is(dialog:modal, [aria-modal="true"])';

type LiveRole = 'status' | 'alert';

const nameOf = (role: LiveRole): string => `stopkit-${role}`;

/** The page's one pair of live regions; they must be there, empty, before anything is said. */
export function liveRegion(role: LiveRole): HTMLElement {
  const name = nameOf(role);
  const found = document.getElementById(name);
  if (found !== null) return found;
  const region = document.createElement('div');
  region.id = name;
  region.setAttribute('role', role);
  // What hides the page behind a dialog spares only what is called live, in one of two ways.
  region.setAttribute('aria-live', role === 'alert' ? 'assertive' : 'polite');
  region.setAttribute('data-live-announcer', '');
  region.setAttribute('aria-atomic', 'true');
  region.style.cssText = HIDDEN;
  document.body.append(region);
  return region;
}

/** What is on its way to be heard: said in this task, or waiting for its region to be known. */
const saying = new Map<LiveRole, string>();
const cancels = new Map<LiveRole, () => void>();

/** Two texts that are heard as one. */
export const asOne = (first: string, second: string): string =>
  `${first.replace(/\.$/, '')}. ${second}`;

/** Lets screen readers hear a sentence; an alert interrupts, a status waits. */
export function announce(words: string, role: LiveRole = 'status'): void {
  const old = document.getElementById(nameOf(role));
  const region = liveRegion(role);
  const before = saying.get(role);
  // Of two in one task only the last would be heard, as when an answer ends and the next begins.
  saying.set(role, before === undefined ? words : asOne(before, words));
  const speak = (): void => {
    const sentence = saying.get(role) ?? '';
    // The same words twice are no change, and would not be heard.
    region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
    setTimeout(() => cancels.has(role) || saying.delete(role));
  };
  // Outside a modal dialog nothing is heard.
  const place = [...document.querySelectorAll(MODAL)].filter(isShown).at(-1) ?? document.body;
  // One that went away with a dialog has just been made anew.
  if (region === old && region.parentNode === place) {
    if (!cancels.has(role)) speak();
    return;
  }
  region.textContent = '';
  // A library has hidden it with the rest of the page.
  region.removeAttribute('aria-hidden');
  place.append(region);
  cancels.get(role)?.();
  const atFrame = (act: () => void): void => void cancels.set(role, publishByFrame(act));
  // After the frame in which the browser has told that it is there.
  atFrame(() =>
    atFrame(() => {
      cancels.delete(role);
      speak();
    }),
  );
}
