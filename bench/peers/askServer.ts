import type { BenchRequest } from '../request.js';

let asked: BenchRequest;

/** Says what the next request of this page is to bring: each library has its own body, the server has one. */
export const willAsk = (request: BenchRequest): void => {
  asked = request;
};

/** The `fetch` that a library is given. */
export const askServer: typeof fetch = (_address, init) =>
  fetch('/generate', { ...init, method: 'POST', body: JSON.stringify({ prompt: asked }) });
