import type { Source, StreamEvent } from '../core/index.js';

/** A source whose every event the test hands out itself. */
export interface ScriptedSource<Input> extends Source<Input> {
  /** Says something to the run that was started last. */
  say(...events: StreamEvent[]): void;
  /** Says text. */
  text(delta: string): void;
  /** Ends the run without an end marker. */
  end(): void;
  /** Fails the run. */
  fail(reason: unknown): void;
  /** The requests so far. */
  readonly requests: readonly Parameters<Source<Input>>[0][];
}

/** A source that says exactly what the test makes it say, when the test does. */
export function scriptedSource<Input = string>(): ScriptedSource<Input> {
  const requests: Parameters<Source<Input>>[0][] = [];
  type Item = { events: StreamEvent[] } | { end: true } | { reason: unknown };
  let queue: Item[] = [];
  let wake: (() => void) | null = null;

  const source: Source<Input> = async function* script(request) {
    requests.push(request);
    const mine: Item[] = [];
    queue = mine;
    for (;;) {
      const item = mine.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if ('events' in item) {
        yield item.events;
      } else if ('reason' in item) {
        throw item.reason;
      } else {
        return;
      }
    }
  };
  const push = (item: Item): void => {
    queue.push(item);
    wake?.();
  };
  return Object.assign(source, {
    requests,
    say: (...events: StreamEvent[]) => push({ events }),
    text: (delta: string) => push({ events: [{ type: 'text', delta }] }),
    end: () => push({ end: true }),
    fail: (reason: unknown) => push({ reason }),
  });
}
