import type { Publish } from '../core/index.js';

const HIDDEN_MS = 50;
const waiting = new Set<() => void>();

/** Calls back at the next animation frame, or on a timer while the page is hidden and has none. */
export const publishByFrame: Publish = (callback) => {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    cancel();
    callback();
  };
  const arm = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    if (document.visibilityState === 'hidden') timer = setTimeout(run, HIDDEN_MS);
    else frame = requestAnimationFrame(run);
  };
  const cancel = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    waiting.delete(arm);
  };
  watchVisibility();
  waiting.add(arm);
  arm();
  return cancel;
};

let watching = false;

/** One listener for the page: one per run would leak. */
function watchVisibility(): void {
  if (watching) return;
  watching = true;
  document.addEventListener('visibilitychange', () => {
    for (const arm of [...waiting]) arm();
  });
}
