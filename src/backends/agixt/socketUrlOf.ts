import type { AgixtBackendOptions } from './AgixtBackendOptions.js';

/** The address of a socket with the key in it: a browser's socket cannot carry headers, and AGiXT takes it there. */
export async function socketUrlOf(
  { baseUrl, headers }: AgixtBackendOptions,
  path: string,
  wasRefused: boolean,
): Promise<string> {
  // Why it was refused a page is not told: most often the key is too old.
  const asked = wasRefused ? { attempt: 2, status: 401 } : { attempt: 1, status: null };
  const given =
    typeof headers === 'function'
      ? await headers({ ...asked, signal: new AbortController().signal })
      : headers;
  const key = (new Headers(given).get('authorization') ?? '').replace(/^Bearer\s+/i, '');
  return `${baseUrl.replace(/^http/, 'ws')}${path}?authorization=${encodeURIComponent(key)}`;
}
