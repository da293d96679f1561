import { mayGrow, type Stoppable } from '../core/index.js';
import { isComposing } from './isComposing.js';
import { isShown } from './isShown.js';

/** A generation that Escape may stop, and the element that is its place on the page. */
export interface EscapeTarget {
  generation: Stoppable;
  within(): Element | null;
}

// Safari tells the end of a composition before the key that ended it.
const AFTER_COMPOSITION_MS = 50;
// A manual popover, a toast for example, does not close on Escape.
const MAY_CLOSE =
  'dialog[open], [role="dialog"], [role="alertdialog"], [role="menu"], [popover]:not([popover="manual"])';
// In a list that forgives: not every browser knows them all.
const CLOSES = ':is(:modal, :popover-open, [aria-modal="true"])';
const OPENED_FROM = '[aria-expanded="true"]:is([aria-haspopup], [role="combobox"])';

const targets = new Set<EscapeTarget>();
let composedAt = -Infinity;
/** The page as it was before anyone heard of the key. */
let before: { focus: Element | null; isExpanded: boolean; shown: readonly Element[] } | null = null;

/** Lets Escape stop a generation; returns the way out. */
export function addEscapeTarget(target: EscapeTarget): () => void {
  if (targets.size === 0) listen();
  targets.add(target);
  return () => {
    targets.delete(target);
    if (targets.size === 0) unlisten();
  };
}

function listen(): void {
  window.addEventListener('keydown', look, true);
  window.addEventListener('keydown', act);
  window.addEventListener('compositionend', remember, true);
}

function unlisten(): void {
  window.removeEventListener('keydown', look, true);
  window.removeEventListener('keydown', act);
  window.removeEventListener('compositionend', remember, true);
  before = null;
}

const remember = (event: Event): void => {
  composedAt = event.timeStamp;
};

/** Before anyone acts: a dialog that closes on this very key would be gone when it is our turn. */
const look = (event: KeyboardEvent): void => {
  if (event.key !== 'Escape') return;
  const focus = document.activeElement;
  before = {
    focus,
    isExpanded: focus?.matches(OPENED_FROM) === true,
    shown: [...document.querySelectorAll(MAY_CLOSE)].filter(isShown),
  };
};

/** After everyone else: an Escape that meant something to them was not for us. */
const act = (event: KeyboardEvent): void => {
  const then = before;
  before = null;
  if (event.key !== 'Escape' || event.repeat || event.defaultPrevented) return;
  if (isComposing(event)) return;
  if (event.timeStamp - composedAt < AFTER_COMPOSITION_MS) return;
  if (then === null || then.isExpanded) return;
  const { focus, shown } = then;
  const target = chooseTarget(focus);
  if (target === null || shown.some((element) => closesFirst(element, focus, target))) return;
  event.preventDefault();
  void target.generation.stop();
};

/** The generation around the focus, the innermost first; else the only one that runs. */
function chooseTarget(focus: Element | null): EscapeTarget | null {
  const running = [...targets].filter(({ generation }) => mayGrow(generation.getSnapshot().status));
  let around: { target: EscapeTarget; place: Element } | null = null;
  for (const target of running) {
    const place = target.within();
    if (place?.contains(focus) !== true) continue;
    if (around === null || around.place.contains(place)) around = { target, place };
  }
  if (around !== null) return around.target;
  const [first, ...others] = running;
  if (first === undefined) return null;
  // One generation may be named by several components; its `subscribe` is its identity.
  const isOnly = others.every(
    ({ generation }) => generation.subscribe === first.generation.subscribe,
  );
  return isOnly ? first : null;
}

/** Whether the key is for this element: it went with the key, is modal, or has the focus and not the answer. */
function closesFirst(element: Element, focus: Element | null, { within }: EscapeTarget): boolean {
  return (
    !isShown(element) ||
    element.matches(CLOSES) ||
    // Not one that is simply there, as a cookie banner is, or the panel of the chat itself.
    (element.contains(focus) && !element.contains(within()))
  );
}
