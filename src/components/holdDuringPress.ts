import type { Stoppable } from '../core/index.js';

// The click is a task of its own, 1 to 3 ms after the pointer's up: a release before it would flash what was held.
const CLICK_MS = 50;

/** The end of the last press, by what a generation is known. */
const ends = new WeakMap<Stoppable['subscribe'], ReturnType<typeof setTimeout>>();

/** Holds the shown text still from pointer down until the press was a click or turned out not to be one. */
export function holdDuringPress(generation: Stoppable, pointerId: number): void {
  const over = new AbortController();
  const options = { signal: over.signal, capture: true };
  const release = (): void => generation.release?.();
  // Its end is not that of a press that follows at once.
  clearTimeout(ends.get(generation.subscribe));
  generation.hold?.();
  const end = ({ pointerId: which, type }: PointerEvent): void => {
    if (which !== pointerId) return;
    over.abort();
    if (type === 'pointerup') ends.set(generation.subscribe, setTimeout(release, CLICK_MS));
    else release();
  };
  window.addEventListener('pointerup', end, options);
  window.addEventListener('pointercancel', end, options);
}
