import type { Channel } from './Channel.js';

/** A channel over one `RTCDataChannel` after another. */
export interface RtcChannel extends Channel {
  /** Goes on over another one: one that has closed does not open again. */
  replace(dataChannel: RTCDataChannel): void;
}

/** A channel over an `RTCDataChannel`. */
export function rtcChannel(dataChannel: RTCDataChannel): RtcChannel {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const watchers = new Set<(isOpen: boolean) => void>();
  let current = dataChannel;
  let leave = (): void => undefined;

  function adopt(next: RTCDataChannel): void {
    leave();
    current = next;
    next.binaryType = 'arraybuffer';
    const hear = ({ data }: MessageEvent<unknown>): void => {
      if (!(data instanceof ArrayBuffer)) return;
      for (const listener of [...listeners]) listener(new Uint8Array(data));
    };
    const tell = (): void => {
      for (const watcher of [...watchers]) watcher(next.readyState === 'open');
    };
    next.addEventListener('message', hear);
    next.addEventListener('open', tell);
    next.addEventListener('close', tell);
    leave = () => {
      next.removeEventListener('message', hear);
      next.removeEventListener('open', tell);
      next.removeEventListener('close', tell);
    };
    tell();
  }

  adopt(dataChannel);
  return {
    send: (bytes) => current.send(Uint8Array.from(bytes)),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    watch(listener) {
      watchers.add(listener);
      listener(current.readyState === 'open');
      return () => {
        watchers.delete(listener);
      };
    },
    replace: adopt,
  };
}
