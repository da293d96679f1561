/** Whether the way is open, and those who wait for it. */
export interface Gate {
  isOpen(): boolean;
  set(isOpen: boolean): void;
  /** Over when it is open, or nobody waits any more. */
  pass(signal: AbortSignal): Promise<void>;
}

/** Lets nobody through while it is closed. */
export function createGate(startsOpen: boolean): Gate {
  let isOpen = startsOpen;
  let waiting: (() => void)[] = [];
  return {
    isOpen: () => isOpen,
    set(next) {
      isOpen = next;
      if (!next) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    async pass(signal) {
      while (!isOpen && !signal.aborted) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
  };
}
