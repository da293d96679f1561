import type { Publish } from '../core/index.js';

/** Whoever waits for a frame. */
const waiting = new Set<() => void>();
/** The page that is listened to: once, because to come and go with every frame costs more than the frame's work. */
let page: Document | undefined;

/** Calls back at the next animation frame, or in the next task while the page is hidden and has none. */
export const publishByFrame: Publish = (callback) => {
  if (page !== document) {
    page = document;
    // A page that is hidden now gives no frame to those who wait for one.
    page.addEventListener('visibilitychange', () => {
      for (const run of [...waiting]) if (waiting.has(run)) run();
    });
  }
  const cancel = (): void => {
    leave();
    waiting.delete(run);
  };
  const run = (): void => {
    cancel();
    callback();
  };
  waiting.add(run);
  const leave = page.visibilityState === 'hidden' ? nextTask(run) : nextFrame(run);
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
