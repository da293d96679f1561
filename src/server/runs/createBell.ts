import type { BusLink } from './Bus.js';

/** A doorbell that keeps a ring for who is about to wait. */
export interface Bell {
  ring(): void;
  /** Resolves when it rings, or has rung since the last wait, after `ms` at the latest: a ring can be lost. */
  wait(ms: number): Promise<void>;
  silence(): void;
}

/** The bell of a log or a run of the bus. */
export function createBell(link: BusLink, name: string): Bell {
  let rung = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    rung = true;
    wake();
  };

  return {
    ring,
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
    silence: link.listen(name, ring),
  };
}
