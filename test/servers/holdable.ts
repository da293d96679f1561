/** When a history is held. */
export type HeldWhen = 'before it is read' | 'after it was read';

/** Something that a test can hold back, and let go. */
export function holdable() {
  let hold: { when: HeldWhen; held: Promise<void> } | null = null;
  return {
    /** Waits while it is held at this moment. */
    async pass(when: HeldWhen): Promise<void> {
      if (hold?.when === when) await hold.held;
    },
    /** Holds what comes from now on; returns the way to let it go. */
    hold(when: HeldWhen): () => void {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      hold = { when, held };
      return () => {
        hold = null;
        release();
      };
    },
  };
}
