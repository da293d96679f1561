// Longer than any of them takes to answer a stop.
const LONGEST_MS = 10_000;

/** Waits for a stop that names no answer on the wire, and may take longer than a page waits for it. */
export async function whenAnswered(stop: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LONGEST_MS);
  });
  await Promise.race([stop, late]);
  clearTimeout(timer);
}
