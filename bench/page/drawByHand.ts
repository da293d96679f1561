import type { BenchRequest } from '../request.js';
import type { Mount } from './Mount.js';

/** Reads a body and says what text it brought. */
export type ReadText = (bytes: Uint8Array) => string;

/** A page without React that appends what it has read once a frame: what is possible at all. */
export const drawByHand =
  (createReader: () => ReadText): Mount =>
  ({ root, earlier }) => {
    const add = (tag: string, part: string): HTMLElement => {
      const element = document.createElement(tag);
      element.dataset.bench = part;
      return element;
    };
    const messages = add('div', 'earlier');
    for (const text of earlier) {
      const article = document.createElement('article');
      article.style.whiteSpace = 'pre-wrap';
      article.textContent = text;
      messages.append(article);
    }
    const live = add('article', 'live');
    live.style.whiteSpace = 'pre-wrap';
    const controls = add('div', 'controls');
    const stop = add('span', 'stop');
    const button = document.createElement('button');
    button.textContent = 'Stop';
    button.hidden = true;
    stop.append(button);
    const state = add('output', 'state');
    state.textContent = 'idle';
    controls.append(stop, state);
    root.replaceChildren(messages, live, controls);

    let controller = new AbortController();
    let pending = '';
    let frame: number | null = null;

    const settle = (word: string): void => {
      if (frame !== null) cancelAnimationFrame(frame);
      frame = null;
      button.hidden = true;
      state.textContent = word;
    };
    const flush = (): void => {
      frame = null;
      live.append(pending);
      pending = '';
    };
    button.addEventListener('click', () => {
      controller.abort();
      pending = '';
      settle('stopped');
    });

    const start = async (request: BenchRequest): Promise<void> => {
      const mine = new AbortController();
      controller = mine;
      live.textContent = '';
      button.hidden = false;
      state.textContent = 'running';
      const read = createReader();
      try {
        const response = await fetch('/generate', {
          method: 'POST',
          body: JSON.stringify({ prompt: request }),
          signal: mine.signal,
        });
        const reader = response.body?.getReader();
        for (;;) {
          const result = await reader?.read();
          if (result?.value === undefined || mine.signal.aborted) break;
          pending += read(result.value);
          frame ??= requestAnimationFrame(flush);
        }
      } catch {
        // The only failure here is the stop.
      }
      if (mine.signal.aborted) return;
      flush();
      settle('complete');
    };
    return {
      start: (request) => void start(request),
      unmount() {
        controller.abort();
        root.replaceChildren();
      },
    };
  };
