import type { Stoppable } from '../core/index.js';

// The click is a task of its own, 1 to 3 ms after the pointer's up: a release before it would flash what was held.
const CLICK_MS = 50;

/** The press before, whose end is not over yet. */
let before: { release: Stoppable['release']; timer: ReturnType<typeof setTimeout> } | undefined;

/** Holds the shown text still from pointer down until the press was a click or turned out not to be one. */
export function holdDuringPress(generation: Stoppable, pointerId: number): void {
  const over = new AbortController();
  const options = { signal: over.signal, capture: true };
  const release = (): void => generation.release?.();
  // Its end is not that of a press that follows at once.
  if (before?.release === generation.release) clearTimeout(before?.timer);
  generation.hold?.();
  const end = ({ pointerId: which, type }: PointerEvent): void => {
    if (which !== pointerId) return;
    over.abort();
    if (type === 'pointerup')
      before = { release: generation.release, timer: setTimeout(release, CLICK_MS) };
    else release();
  };
  window.addEventListener('pointerup', end, options);
  window.addEventListener('pointercancel', end, options);
}
