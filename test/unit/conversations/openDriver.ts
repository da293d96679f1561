import {
  type Backend,
  createConversations,
  mergeMessages,
  type Message,
  type StopOptions,
} from 'stopkit/core';

const ID = 'c1';

/** A page that holds conversations, driven by plain values, so that it can as well live in a browser. */
export function openDriver(backend: Backend, confirmWithinMs = 3_000) {
  let history: readonly Message[] = [];
  let reads = 0;
  const conversations = createConversations({
    backend,
    confirmWithinMs,
    onHistoryDue(of) {
      reads += 1;
      conversations.readHistory(of).then(
        (messages) => {
          if (of === ID) history = messages;
        },
        () => undefined,
      );
    },
  });
  const { answer, getTurns } = conversations.conversation(ID);
  const ways: (() => void)[] = [];
  return {
    connect: () => void ways.push(conversations.connect()),
    watch: () => void ways.push(conversations.watch(ID)),
    /** What was opened last: looks away, or listens no more. */
    leaveLast: () => ways.pop()?.(),
    /** Does not wait for the answer. */
    send: (text: string) => void answer.start(text),
    stop: (options?: StopOptions) => answer.stop(options),
    retryStop: () => answer.retryStop(),
    stopAll: () => conversations.stopAll(),
    /** A stop that no page asked for through a run of its own. */
    stopOnTheWire: (id: string) => backend.stop(id, {}),
    refresh: () => conversations.refresh(),
    readHistory: () => conversations.readHistory(ID).then(() => undefined),
    connection: () => conversations.getSnapshot().connection,
    info: () => conversations.getSnapshot().conversations.get(ID),
    infos: () => [...conversations.getSnapshot().conversations.values()],
    isActive: () => conversations.conversation(ID).stoppable.isActive(),
    answer() {
      const { error, ...snapshot } = answer.getSnapshot();
      // An error loses its class on the way out of a browser.
      return { ...snapshot, error: error && { code: error.code, message: error.message } };
    },
    text: () => answer.getSnapshot().text,
    messages: () =>
      mergeMessages(history, getTurns()).map(({ role, snapshot }) => {
        const { status, text, parts, stopRecord } = snapshot;
        return { role, status, text, parts, stopRecord };
      }),
    reads: () => reads,
    close() {
      for (const leave of ways.splice(0).reverse()) leave();
    },
  };
}

/** The page's own end of a driver. */
export type LocalDriver = ReturnType<typeof openDriver>;

/** A driver seen from the test, wherever its page lives. */
export type Driver = {
  [Name in keyof LocalDriver]: (
    ...args: Parameters<LocalDriver[Name]>
  ) => Promise<Awaited<ReturnType<LocalDriver[Name]>>>;
};

/** A driver that is asked by name: in this process, or in a page. */
export function driverOf(
  ask: (name: keyof LocalDriver, args: readonly unknown[]) => Promise<unknown>,
): Driver {
  return new Proxy({} as Driver, {
    // A driver has functions only, and a promise asks whether it is one of them.
    get: (_, name) =>
      name === 'then' ? undefined : (...args: unknown[]) => ask(name as keyof LocalDriver, args),
  });
}

/** A page in this process. */
export function driverHere(backend: Backend, confirmWithinMs?: number): Promise<Driver> {
  const driver = openDriver(backend, confirmWithinMs);
  // What is asked by name takes what that name takes: `Driver` is made of the same functions.
  const ask = driver as unknown as Record<string, (...args: unknown[]) => unknown>;
  return Promise.resolve(driverOf((name, args) => Promise.resolve(ask[name]?.(...args))));
}
