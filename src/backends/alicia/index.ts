export { aliciaBackend, type AliciaBackendOptions } from './aliciaBackend.js';
export type { Channel } from './Channel.js';
export { decodeEnvelope, PacketError } from './decodeEnvelope.js';
export { encodeFromClient } from './encodeEnvelope.js';
export {
  type ClientMessageName,
  type Envelope,
  type MessageBody,
  type MessageName,
  MESSAGES,
  type ServerMessageName,
} from './messages.js';
export { livekitChannel, type LivekitRoom } from './livekitChannel.js';
export { type RtcChannel, rtcChannel } from './rtcChannel.js';
export {
  type BinarySocket,
  webSocketChannel,
  type WebSocketChannelOptions,
} from './webSocketChannel.js';
