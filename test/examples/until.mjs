/** Waits until a condition holds; the sentence says what did not come. */
export async function until(condition, sentence, limitMs = 20_000) {
  const from = performance.now();
  while (!(await condition())) {
    if (performance.now() - from > limitMs) throw new Error(`${sentence}, after ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
