/** The answer's own text, without the notes and buttons that a contestant draws around it. */
export function shownText(): string {
  const live = document.querySelector('[data-bench="live"]');
  const text = live?.querySelector('[data-part="text"]') ?? live;
  return text?.textContent ?? '';
}
