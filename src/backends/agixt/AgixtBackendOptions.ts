import type { ConnectionOptions } from '../../formats/sendRequest.js';
import type { SocketConstructor } from '../openSocket.js';

/** Where AGiXT is, and as whom. */
export interface AgixtBackendOptions extends ConnectionOptions {
  /** Such as `http://localhost:7437`. */
  baseUrl: string;
  /** The agent that answers what is sent from here. @default 'AGiXT' */
  agentName?: string;
  /** The class to open sockets with: pass `ws` in Node 20, which has none; `null` polls the list. @default globalThis.WebSocket */
  webSocket?: SocketConstructor | null;
}
