export {
  ActiveConversations,
  type ActiveConversationsProps,
} from './components/ActiveConversations.js';
export {
  type ActiveConversationsLabels,
  activeConversationsLabels,
} from './components/activeConversationsLabels.js';
export {
  ConversationStatusProvider,
  type ConversationStatusProviderProps,
} from './react/conversations/ConversationStatusProvider.js';
export type { ConversationStatusOptions } from './react/conversations/holdConversations.js';
export { stopMarks, type StopMark, type StopMarks } from './react/conversations/stopMarks.js';
export {
  useActiveConversations,
  type UseActiveConversationsResult,
} from './react/conversations/useActiveConversations.js';
export {
  useConversation,
  type UseConversationResult,
} from './react/conversations/useConversation.js';
export {
  useConversationStatus,
  type UseConversationStatusResult,
} from './react/conversations/useConversationStatus.js';
