import { readJson } from '../formats/readJson.js';
import { responseError } from '../formats/responseError.js';
import { type ConnectionOptions, sendRequest } from '../formats/sendRequest.js';

/** What a server answered; a refusal is thrown. */
export async function askJson(
  url: string,
  options: ConnectionOptions,
  init: RequestInit = {},
): Promise<unknown> {
  const signal = init.signal ?? new AbortController().signal;
  const response = await sendRequest(url, { ...init, signal }, options);
  if (!response.ok) throw await responseError(response);
  return readJson(response);
}
