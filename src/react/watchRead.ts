import type { Generation, Snapshot } from '../core/index.js';

/** A generation and what it shows now. */
export type LiveAnswer<Input> = Snapshot & Generation<Input>;

/**
 * A view of a generation, which is another object only after something changed that was read of it. Until then it tells
 * what is true now, and from then on what was true last.
 */
export function watchRead<Input>(generation: Generation<Input>): () => LiveAnswer<Input> {
  const read = new Set<keyof Snapshot>();
  const look = (from: { now: Snapshot }): LiveAnswer<Input> => {
    const view = { ...generation };
    // A snapshot has all its keys from the first one on.
    for (const key of Object.keys(from.now) as (keyof Snapshot)[]) {
      Object.defineProperty(view, key, {
        enumerable: true,
        get() {
          read.add(key);
          return from.now[key];
        },
      });
    }
    // Every key of a snapshot was just defined.
    return view as LiveAnswer<Input>;
  };
  let shown = { now: generation.getSnapshot() };
  let view = look(shown);

  return () => {
    const now = generation.getSnapshot();
    if ([...read].some((key) => now[key] !== shown.now[key])) {
      shown = { now };
      view = look(shown);
    } else {
      shown.now = now;
    }
    return view;
  };
}
