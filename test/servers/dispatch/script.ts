/** What the model of the Dispatch test server does next. */
export type ProviderEvent =
  | { type: 'text'; delta: string }
  | { type: 'reasoning'; delta: string }
  | { type: 'tool-call'; id: string; name: string; input: unknown }
  | { type: 'tool-result'; id: string; output: unknown }
  | { type: 'step-complete' }
  /** The provider failed and waits before it tries again; the wait itself can be aborted. */
  | { type: 'retry'; attempt: number; delayMs: number; message: string };

/** One turn's worth of model: a generator that the server reads until it ends, throws, or is stopped. */
export type TurnScript = (signal: AbortSignal) => AsyncIterable<ProviderEvent>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Says `count` words, one per interval. */
export const words = (count: number, intervalMs: number): TurnScript =>
  async function* words() {
    for (let at = 0; at < count; at++) {
      await pause(intervalMs);
      yield { type: 'text', delta: `word${at} ` };
    }
    yield { type: 'step-complete' };
  };

/** Hands out events one by one, when the test says so. */
export interface HeldScript {
  script: TurnScript;
  say(event: ProviderEvent): void;
  end(): void;
  fail(message: string): void;
}

/** A turn whose every event the test hands out itself. */
export function heldScript(): HeldScript {
  const items: ({ event: ProviderEvent } | 'end' | { error: string })[] = [];
  let wake = (): void => undefined;
  const push = (item: (typeof items)[number]): void => {
    items.push(item);
    wake();
  };
  return {
    async *script() {
      for (;;) {
        const item = items.shift();
        if (item === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (item === 'end') {
          return;
        } else if ('error' in item) {
          throw new Error(item.error);
        } else {
          yield item.event;
        }
      }
    },
    say: (event) => push({ event }),
    end: () => push('end'),
    fail: (error) => push({ error }),
  };
}
