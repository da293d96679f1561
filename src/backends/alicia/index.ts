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
