import { type HeldGeneration, holdGeneration } from './holdGeneration.js';
import type { UseGenerationOptions } from './useGeneration.js';

/** The generation of an id. */
interface Shared {
  id: string;
  held: HeldGeneration<never>;
  /** Counts the time for which it is still kept. */
  forgetLater(): void;
}

const KEEP_MS = 5 * 60_000;
const shared = new Map<string, Shared>();
/** What each component had last: one that was hidden for longer has it still. */
const had = new WeakMap<object, Shared>();

/** The page's generation of this id: kept while a component shows it, and until it has settled and five minutes passed. */
export function sharedGeneration<Input>(
  id: string,
  options: UseGenerationOptions<Input>,
  component: object,
): HeldGeneration<Input> {
  // A server renders for many people: what one shares with itself must not reach another.
  if (typeof document === 'undefined') return holdGeneration(options);
  let now = shared.get(id);
  if (now === undefined) {
    const last = had.get(component);
    now = last?.id === id ? last : makeShared(id, options);
    shared.set(id, now);
    // A render that never reaches the screen holds nothing for longer than a settled answer.
    now.forgetLater();
  }
  had.set(component, now);
  // An id names one kind of input on a page, as its components wrote it.
  return now.held;
}

function makeShared<Input>(id: string, options: UseGenerationOptions<Input>): Shared {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void) | null = null;
  const held = holdGeneration(options, {
    onRetained() {
      clearTimeout(timer);
      leave?.();
      leave = null;
      if (!shared.has(id)) shared.set(id, made);
    },
    onAbandoned() {
      leave ??= held.generation.subscribe(made.forgetLater);
      made.forgetLater();
    },
  });
  const made: Shared = {
    id,
    held,
    forgetLater() {
      clearTimeout(timer);
      if (held.generation.isActive()) return;
      timer = setTimeout(() => {
        leave?.();
        if (shared.get(id) === made) shared.delete(id);
      }, KEEP_MS);
    },
  };
  return made;
}
