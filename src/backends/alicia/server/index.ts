export type { Channel } from '../Channel.js';
export { encodeFromServer } from '../encodeEnvelope.js';
export type { AnswerRequest, AnswerSentences } from './answerMessage.js';
export {
  type ControlStopRecord,
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
} from './createDispatcher.js';
export { type ServerSocket, socketChannel } from './socketChannel.js';
