/** A way for packets in both directions: a data channel, a socket, a room. */
export interface Channel {
  /** Rejects when it is known that the packet did not leave. */
  send(bytes: Uint8Array): void | Promise<void>;
  subscribe(listener: (bytes: Uint8Array) => void): () => void;
  /** Tells whether it is open, at once and at every change. @default it always is */
  watch?(listener: (isOpen: boolean) => void): () => void;
}
