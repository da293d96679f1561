import { type Channel, decodeEnvelope, type Envelope } from 'stopkit/alicia';

type Listener = (bytes: Uint8Array) => void;

/** A line in this process between a page and whoever takes it, which a test connects and cuts. */
export function createLine(take: (channel: Channel) => () => void = () => () => undefined) {
  const onPage = new Set<Listener>();
  const onServer = new Set<Listener>();
  const watchers = new Set<(isOpen: boolean) => void>();
  const said: Envelope[] = [];
  let isUp = false;
  /** The packets that still come through to the page. */
  let most = 0;
  let hangUp = (): void => undefined;

  const subscribeTo = (listeners: Set<Listener>) => (listener: Listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const tell = (): void => {
    for (const watcher of [...watchers]) watcher(isUp);
  };
  const page: Channel = {
    send(bytes) {
      if (line.isClosing) throw new Error('The line is closing.');
      const envelope = decodeEnvelope(bytes);
      if (envelope !== null) said.push(envelope);
      for (const listener of [...onServer]) listener(bytes);
    },
    subscribe: subscribeTo(onPage),
    watch(watcher) {
      watchers.add(watcher);
      watcher(isUp);
      return () => void watchers.delete(watcher);
    },
  };
  const server = {
    send(bytes: Uint8Array): void {
      if (most === 0) return;
      most -= 1;
      for (const listener of [...onPage]) listener(bytes);
    },
    subscribe: subscribeTo(onServer),
  } satisfies Channel;

  const line = {
    page,
    server,
    /** It still counts as open, and takes nothing any more. */
    isClosing: false,
    /** What the page said, by its name. */
    said: (name: Envelope['name']) => said.filter((one) => one.name === name),
    connect({ packets = Infinity } = {}): void {
      most = packets;
      isUp = true;
      hangUp = take(server);
      tell();
    },
    cut(): void {
      most = 0;
      isUp = false;
      hangUp();
      tell();
    },
  };
  return line;
}
