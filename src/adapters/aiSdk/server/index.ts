export { settleMessages } from '../settleMessages.js';
export {
  chatRun,
  type ChatRunContext,
  type ChatRunOptions,
  type StreamTextLike,
} from './chatRun.js';
export { withAnswer } from './withAnswer.js';
