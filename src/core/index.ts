export type { AutoStop } from './autoStop.js';
export type { Backend, BackendEvent, ConnectionState, ConversationInput } from './Backend.js';
export {
  type ConversationInfo,
  type ConversationStatus,
  isRunning,
  type ListedConversation,
} from './ConversationInfo.js';
export type { Conversation } from './createConversation.js';
export type { Conversations, ConversationsSnapshot } from './Conversations.js';
export { type ConversationsOptions, createConversations } from './createConversations.js';
export { createGeneration } from './createGeneration.js';
export type { GenerationOptions } from './createRunner.js';
export type { Generation, StopOptions, Stoppable } from './Generation.js';
export {
  GenerationError,
  type GenerationErrorCode,
  type GenerationErrorDetails,
  toGenerationError,
} from './GenerationError.js';
export type { Publish } from './readSource.js';
export { mergeMessages, type SeenTurn, storedQuestion, storedSnapshot } from './mergeMessages.js';
export type { Message } from './Message.js';
export { createRunId, isRunId } from './runId.js';
export {
  idleSnapshot,
  isActive,
  mayGrow,
  type Part,
  type ReasoningPart,
  type Snapshot,
  type Status,
  type TextPart,
  type ToolCallPart,
  type Usage,
} from './Snapshot.js';
export type { RunRequest, Source } from './Source.js';
export type { Confirmation, Receipt, StopReason, StopRecord } from './StopRecord.js';
export type { RequestStop, StopAnswer, StopRequest, StopScope } from './StopRequest.js';
export { storedAnswer, type StoredRun } from './storedAnswer.js';
export type { StreamEvent } from './StreamEvent.js';
export { textPieces, type TextPieces } from './textPieces.js';
export {
  type ModelMessage,
  type ModelToolCall,
  type ModelToolResult,
  toMessages,
  type Turn,
} from './toMessages.js';
export { type GenerationEvent, type StopVerdict, transition } from './transition.js';
