import type { Publish } from '../core/index.js';

/** Whoever waits for a frame. */
const waiting = new Set<() => void>();
/** The page that is listened to: once, because to come and go with every frame costs more than the frame's work. */
let page: Document | undefined;

// Every second frame of most screens: text that grows thirty times a second reads like one that grows with every frame,
// and costs little more than half.
const READING_PACE_MS = 25;

/** Calls back as often as growing text has to change for its reader, and always at an animation frame. */
export const publishText: Publish = (callback) => publishByFrame(callback, READING_PACE_MS);

/** Calls back at the next animation frame after a pause, or in the next task while the page is hidden and has none. */
export function publishByFrame(callback: () => void, pauseMs = 0): () => void {
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
  const leave = page.visibilityState === 'hidden' ? nextTask(run) : nextFrame(run, pauseMs);
  return cancel;
}

// An iframe from another site that is out of view counts as visible, and has no frames.
const NO_FRAME_MS = 250;

function nextFrame(run: () => void, pauseMs: number): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout>;
  const ask = (): void => {
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, NO_FRAME_MS);
  };
  if (pauseMs > 0) timer = setTimeout(ask, pauseMs);
  else ask();
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
