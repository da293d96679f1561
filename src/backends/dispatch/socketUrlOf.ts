/** Where the socket is when nobody says so: on the port after the next. */
export function socketUrlOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) {
    throw new TypeError(
      `stopkit: the socket of Dispatch cannot be told from the baseUrl "${baseUrl}". Pass the whole address, or socketUrl.`,
    );
  }
  const url = new URL(baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.port = '24205';
  return url.href;
}
