/** What a person could have read, frame by frame. */
export interface TextSample {
  frames: number;
  /** Every text that was shown, once. */
  texts: string[];
}

const shownText = (): string =>
  [...document.querySelectorAll('[data-stopkit="assistant-message"] [data-part="text"]')]
    .map((part) => part.textContent)
    .join('');

const frame = (): Promise<number> => new Promise(requestAnimationFrame);

/** Reads the text at every animation frame. */
export async function sampleText(ms: number): Promise<TextSample> {
  const texts = new Set([shownText()]);
  const until = performance.now() + ms;
  let frames = 0;
  while (performance.now() < until) {
    await frame();
    frames += 1;
    texts.add(shownText());
  }
  return { frames, texts: [...texts] };
}

/** Looks for a usable Stop at every frame, from the first busy one until nothing runs. */
export async function watchStop(): Promise<{
  frames: number;
  without: number;
  statuses: string[];
}> {
  const statuses = new Set<string>();
  let frames = 0;
  let without = 0;
  for (;;) {
    await frame();
    const message = document.querySelector<HTMLElement>('[data-stopkit="assistant-message"]');
    const status = message?.dataset.status ?? 'idle';
    const runs = status === 'connecting' || status === 'streaming';
    if (!runs && frames > 0) return { frames, without, statuses: [...statuses] };
    if (!runs) continue;
    frames += 1;
    statuses.add(status);
    const stop = document.querySelector('[data-stopkit="stop-button"]:not([aria-disabled="true"])');
    if (stop === null || stop.getClientRects().length === 0) without += 1;
  }
}

/**
 * Presses Start, and Stop as soon as words are shown (`early`: as soon as there is a Stop); a source that stays
 * silent is pressed after six frames. False when the run was over before.
 */
export async function startAndStop(early: boolean): Promise<boolean> {
  const find = (text: string): HTMLElement | undefined =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent.includes(text));
  find('Start')?.click();
  for (let frames = 0; frames < 60; frames++) {
    const stop = document.querySelector<HTMLElement>('[data-stopkit="stop-button"]');
    if (stop === null && frames > 0) return false;
    if (early || shownText() !== '' || frames === 6) {
      stop?.click();
      return stop !== null;
    }
    await frame();
  }
  return false;
}
