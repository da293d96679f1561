import { isShown } from '../react/isShown.js';
import { publishByFrame } from '../react/publishByFrame.js';

// Inline, because a live region must be hidden where the optional stylesheet is not loaded as well.
const HIDDEN =
  'position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

// In a list that forgives: not every browser knows the first one.
const MODAL = ':is(dialog:modal, [aria-modal="true"])';

/** Whether a dialog is there for everybody: closed ones are often kept, hidden in one of these ways. */
const isOpen = (dialog: Element): boolean =>
  isShown(dialog) &&
  getComputedStyle(dialog).visibility === 'visible' &&
  dialog.closest('[aria-hidden="true"], [inert]') === null;

type LiveRole = 'status' | 'alert';

/** One of the page's two live regions; one that went away with a dialog is made anew. */
function regionOf(role: LiveRole): HTMLElement {
  const id = `stopkit-${role}`;
  const found = document.getElementById(id);
  if (found !== null) return found;
  const region = document.createElement('div');
  region.id = id;
  region.setAttribute('role', role);
  // What hides the page behind a dialog spares only what is called live, in one of two ways.
  region.setAttribute('aria-live', role === 'alert' ? 'assertive' : 'polite');
  region.setAttribute('data-live-announcer', 'true');
  // Where a region is read as a whole, two texts that follow each other are heard as the second one twice.
  region.setAttribute('aria-atomic', 'false');
  region.style.cssText = HIDDEN;
  return region;
}

/** Puts a live region on the page; it must be there, empty, before anything is said. */
export function liveRegion(role: LiveRole): void {
  const region = regionOf(role);
  if (!region.isConnected) document.body.append(region);
}

/** What is on its way to be heard: said in this task, or waiting for its region to be known. */
const saying = { status: '', alert: '' };
const waits = { status: 0, alert: 0 };
/** What was said is news for a while; later on it would be read as part of the page. */
const NEWS_MS = 10_000;
const forgetting: { [Role in LiveRole]?: ReturnType<typeof setTimeout> } = {};

/** Two texts that are heard as one. */
export const asOne = (first: string, second: string): string =>
  `${first.replace(/\.$/, '')}. ${second}`;

/** Where the page is heard: outside a modal dialog nothing is. */
const place = (): Element =>
  [...document.querySelectorAll(MODAL)].filter(isOpen).at(-1) ?? document.body;

const isInPlace = (region: HTMLElement): boolean => region.parentNode === place();

/** Lets screen readers hear a sentence; an alert interrupts, a status waits. */
export function announce(words: string, role: LiveRole = 'status'): void {
  const region = regionOf(role);
  // Of two in one task only the last would be heard, as when an answer ends and the next begins.
  if (saying[role] === '') saying[role] = words;
  else if (!saying[role].endsWith(words)) saying[role] = asOne(saying[role], words);
  const speak = (): void => {
    if (waits[role] > 0) return;
    const sentence = saying[role];
    // The same words twice are no change, and would not be heard.
    region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
    clearTimeout(forgetting[role]);
    forgetting[role] = setTimeout(() => (region.textContent = ''), NEWS_MS);
    setTimeout(() => {
      if (waits[role] === 0) saying[role] = '';
    });
  };
  // A library hides what is beside its menu, and the region with it.
  if (isInPlace(region) && !region.ariaHidden && !region.inert) {
    speak();
    return;
  }
  region.textContent = '';
  region.inert = false;
  region.removeAttribute('aria-hidden');
  place().append(region);
  waits[role] += 1;
  // After the frame in which the browser has told that it is there.
  publishByFrame(() =>
    publishByFrame(() => {
      waits[role] -= 1;
      // A dialog may have closed meanwhile, or opened.
      if (isInPlace(region)) speak();
      else announce(saying[role], role);
    }),
  );
}
