/** The answer's own text, without the notes and buttons that the kit draws around it. */
export function shownText(): string {
  const live = document.querySelector('[data-bench="live"]');
  const isKit = live?.querySelector('[data-stopkit]') != null;
  const text = isKit ? live.querySelector('[data-part="text"]') : live;
  return text?.textContent ?? '';
}
