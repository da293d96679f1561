import type { Channel } from './Channel.js';

/** A channel over an `RTCDataChannel`; one that has closed does not open again. */
export function rtcChannel(dataChannel: RTCDataChannel): Channel {
  dataChannel.binaryType = 'arraybuffer';
  return {
    send: (bytes) => dataChannel.send(Uint8Array.from(bytes)),
    subscribe(listener) {
      const hear = ({ data }: MessageEvent<unknown>): void => {
        if (data instanceof ArrayBuffer) listener(new Uint8Array(data));
      };
      dataChannel.addEventListener('message', hear);
      return () => dataChannel.removeEventListener('message', hear);
    },
    watch(listener) {
      const tell = (): void => listener(dataChannel.readyState === 'open');
      dataChannel.addEventListener('open', tell);
      dataChannel.addEventListener('close', tell);
      tell();
      return () => {
        dataChannel.removeEventListener('open', tell);
        dataChannel.removeEventListener('close', tell);
      };
    },
  };
}
