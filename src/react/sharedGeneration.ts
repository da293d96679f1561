import { type HeldGeneration, holdGeneration } from './holdGeneration.js';
import type { UseGenerationOptions } from './useGeneration.js';

const KEEP_MS = 5 * 60_000;
const shared = new Map<string, HeldGeneration<never>>();
/** What each component had last, which it may have for longer than it is kept here. */
const had = new WeakMap<object, { id: string; held: HeldGeneration<never> }>();

/** The page's generation of this id: kept while a component shows it, and until it has settled and five minutes passed. */
export function sharedGeneration<Input>(
  id: string,
  options: UseGenerationOptions<Input>,
  component: object,
): HeldGeneration<Input> {
  // A server renders for many people: what one shares with itself must not reach another.
  if (typeof document === 'undefined') return holdGeneration(options);
  const last = had.get(component);
  const known = shared.get(id) ?? (last?.id === id ? last.held : undefined);
  // An id names one kind of input on a page, as its components wrote it.
  const held: HeldGeneration<Input> = known ?? makeShared(id, options);
  shared.set(id, held);
  had.set(component, { id, held });
  return held;
}

function makeShared<Input>(
  id: string,
  options: UseGenerationOptions<Input>,
): HeldGeneration<Input> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void) | null = null;
  const held = holdGeneration(options, {
    onRetained() {
      clearTimeout(timer);
      leave?.();
      leave = null;
      if (!shared.has(id)) shared.set(id, held);
    },
    onAbandoned() {
      leave ??= held.generation.subscribe(forgetLater);
      forgetLater();
    },
  });
  const forgetLater = (): void => {
    clearTimeout(timer);
    if (held.generation.isActive()) return;
    timer = setTimeout(() => {
      leave?.();
      if (shared.get(id) === held) shared.delete(id);
    }, KEEP_MS);
  };
  // A render that never reaches the screen holds nothing for longer than a settled answer.
  forgetLater();
  return held;
}
