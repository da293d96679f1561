import type { Publish } from '../core/index.js';

/** Calls back at the next animation frame, or in the next task while the page is hidden and has none. */
export const publishByFrame: Publish = (callback) => {
  let leave = (): void => undefined;
  // A test may have taken its page away when the frame comes.
  const page = document;
  const run = (): void => {
    cancel();
    callback();
  };
  const arm = (): void => {
    leave();
    leave = page.visibilityState === 'hidden' ? nextTask(run) : nextFrame(run);
  };
  const cancel = (): void => {
    leave();
    page.removeEventListener('visibilitychange', arm);
  };
  page.addEventListener('visibilitychange', arm);
  arm();
  return cancel;
};

// An iframe from another site that is out of view counts as visible, and has no frames.
const NO_FRAME_MS = 250;

function nextFrame(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, NO_FRAME_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/** Not by a timer: those of a hidden page come once a second, and after five minutes once a minute. */
function nextTask(run: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = run;
  port2.postMessage(null);
  return () => port1.close();
}
