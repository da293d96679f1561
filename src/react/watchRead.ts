import type { Generation, Snapshot } from '../core/index.js';

/** A generation and what it shows now. */
export type LiveAnswer<Input> = Snapshot & Generation<Input>;

/** A view of a generation that is another object only after something changed that was read of it. */
export function watchRead<Input>(generation: Generation<Input>): () => LiveAnswer<Input> {
  const read = new Set<keyof Snapshot>();
  let shown = generation.getSnapshot();
  const descriptors: PropertyDescriptorMap = {};
  // A snapshot has all its keys from the first one on.
  for (const key of Object.keys(shown) as (keyof Snapshot)[]) {
    descriptors[key] = {
      enumerable: true,
      get() {
        read.add(key);
        return generation.getSnapshot()[key];
      },
    };
  }
  const look = (): LiveAnswer<Input> =>
    // The descriptors are those of a snapshot's keys.
    Object.defineProperties({ ...generation }, descriptors) as LiveAnswer<Input>;
  let view = look();

  return () => {
    const now = generation.getSnapshot();
    if ([...read].some((key) => now[key] !== shown[key])) {
      shown = now;
      view = look();
    }
    return view;
  };
}
