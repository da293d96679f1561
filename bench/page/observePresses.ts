import { shownText } from './shownText.js';

/** What a press on Stop did; times are of the page's clock. */
export interface Press {
  /** When the browser had the input. */
  at: number;
  handledAt: number;
  /** When the page said that nothing runs any more. */
  frozenAt: number;
  /** Characters shown at pointer down, and just after the stop. */
  shownDown: number;
  shownStopped: number;
}

/** Watches the next presses; only events and the state word are listened to, so that a flood is not slowed. */
export function observePresses(countsAtDown: boolean): { last: Press | null } {
  const result: { last: Press | null } = { last: null };
  let shownDown = 0;
  document.addEventListener(
    'pointerdown',
    () => {
      // Under a flood this alone would hold the press up.
      if (countsAtDown) shownDown = shownText().length;
    },
    true,
  );
  document.addEventListener(
    'click',
    (event) => {
      const handledAt = performance.now();
      const state = document.querySelector('[data-bench="state"]');
      if (state === null) return;
      const observer = new MutationObserver(() => {
        if (state.textContent === 'running') return;
        observer.disconnect();
        result.last = {
          at: event.timeStamp,
          handledAt,
          frozenAt: performance.now(),
          shownDown,
          shownStopped: shownText().length,
        };
      });
      observer.observe(state, { childList: true, characterData: true, subtree: true });
    },
    true,
  );
  return result;
}
