export {
  bridgeStopMessage,
  type BridgeStopMessageOptions,
  type StopMessage,
  type StopMessageEvents,
} from './bridgeStopMessage.js';
export type { LangItem, LangMessage, LangTool, ToolRun } from './LangMessage.js';
export { sourceFromAgent } from './sourceFromAgent.js';
export { sourceFromLang } from './sourceFromLang.js';
