export type { ChatLike, ChatMessage, MessagePart, TransportLike } from './ChatLike.js';
export { type ChatLanes, generationFromChat } from './generationFromChat.js';
export type { MessageMark } from './messageMark.js';
export { settleMessages } from './settleMessages.js';
export { snapshotFromMessage } from './snapshotFromMessage.js';
export {
  type StoppableTransport,
  stoppableTransport,
  type StoppableTransportOptions,
} from './stoppableTransport.js';
export { type ChatGeneration, useChatGeneration } from './useChatGeneration.js';
