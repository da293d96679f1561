export { snapshotOf } from './createThreadMessages.js';
export { type ThreadConversation, useStopkitRuntime } from './useStopkitRuntime.js';
