// Inline, because a live region must be hidden where the optional stylesheet is not loaded as well.
const HIDDEN =
  'position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap';

type LiveRole = 'status' | 'alert';

/** The page's one pair of live regions; they must be there, empty, before anything is said. */
export function liveRegion(role: LiveRole): HTMLElement {
  const name = `stopkit-${role}`;
  const found = document.getElementById(name);
  if (found !== null) return found;
  const region = document.createElement('div');
  region.id = name;
  region.setAttribute('role', role);
  region.setAttribute('aria-atomic', 'true');
  region.style.cssText = HIDDEN;
  document.body.append(region);
  return region;
}

/** Lets screen readers hear a sentence; an alert interrupts, a status waits. */
export function announce(words: string, role: LiveRole = 'status'): void {
  const region = liveRegion(role);
  // The same words twice are no change, and would not be heard.
  region.textContent = region.textContent === words ? `${words}\u00a0` : words;
}
