// The verdict on a stop can carry the whole answer.
const LONGEST = 8_388_608;
// A server that stalls inside its own error or verdict must not hold anything up.
const WAIT_MS = 2_000;

/** The JSON of an error or a verdict; `null` when it is not labelled JSON, not JSON, too long or too slow. */
export async function readJson(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  if (reader === undefined) return null;
  const leave = (): void => void reader.cancel().catch(() => undefined);
  if (!/[/+]json\b/.test(mediaTypeOf(response))) {
    leave();
    return null;
  }
  const timer = setTimeout(leave, WAIT_MS);
  try {
    const decoder = new TextDecoder();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length > LONGEST) return null;
    }
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    leave();
  }
}

/** The content type of an answer, without its parameters. */
export function mediaTypeOf(response: Response): string {
  return (response.headers.get('content-type') ?? '').replace(/;.*/, '').trim().toLowerCase();
}
