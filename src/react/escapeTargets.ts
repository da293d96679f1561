import { mayGrow, type Stoppable } from '../core/index.js';

/** A generation that Escape may stop, and the element that is its place on the page. */
export interface EscapeTarget {
  generation: Stoppable;
  within(): Element | null;
}

// Safari tells the end of a composition before the key that ended it.
const AFTER_COMPOSITION_MS = 50;
const KEY_OF_AN_INPUT_METHOD = 229;
// A manual popover, a toast for example, does not close on Escape.
const OPEN_FIRST =
  'dialog[open], [role="dialog"], [role="alertdialog"], [role="menu"], [popover]:not([popover="manual"])';
const OPENED_FROM = '[aria-expanded="true"]:is([aria-haspopup], [role="combobox"])';

const targets = new Set<EscapeTarget>();
let composedAt = -Infinity;
let somethingWasOpen = false;

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
}

const remember = (event: Event): void => {
  composedAt = event.timeStamp;
};

/** Before anyone acts: a dialog that closes on this very key would be gone when it is our turn. */
const look = (event: KeyboardEvent): void => {
  if (event.key === 'Escape') somethingWasOpen = isSomethingOpen();
};

/** After everyone else: an Escape that meant something to them was not for us. */
const act = (event: KeyboardEvent): void => {
  if (event.key !== 'Escape' || event.repeat || event.defaultPrevented || somethingWasOpen) return;
  // oxlint-disable-next-line typescript/no-deprecated -- some input methods say only this
  if (event.isComposing || event.keyCode === KEY_OF_AN_INPUT_METHOD) return;
  if (event.timeStamp - composedAt < AFTER_COMPOSITION_MS) return;
  const generation = chooseTarget(document.activeElement);
  if (generation === null) return;
  event.preventDefault();
  void generation.stop();
};

/** The generation around the focus, the innermost first; else the only one that runs. */
function chooseTarget(focus: Element | null): Stoppable | null {
  const running = [...targets].filter(({ generation }) => mayGrow(generation.getSnapshot().status));
  let around: { generation: Stoppable; place: Element } | null = null;
  for (const { generation, within } of running) {
    const place = within();
    if (place?.contains(focus) !== true) continue;
    if (around === null || around.place.contains(place)) around = { generation, place };
  }
  if (around !== null) return around.generation;
  const [first, ...others] = running;
  if (first === undefined) return null;
  // One generation may be named by several components; its `subscribe` is its identity.
  const isOnly = others.every(
    ({ generation }) => generation.subscribe === first.generation.subscribe,
  );
  return isOnly ? first.generation : null;
}

function isSomethingOpen(): boolean {
  if (document.activeElement?.matches(OPENED_FROM) === true) return true;
  for (const element of document.querySelectorAll(OPEN_FIRST)) {
    // Many apps keep closed dialogs in the document, hidden.
    if (element.getClientRects().length > 0) return true;
  }
  return false;
}
