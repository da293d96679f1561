import type { ConnectionOptions } from '../../formats/sendRequest.js';
import type { SocketConstructor } from '../openSocket.js';

/** Where Dispatch is. */
export interface DispatchBackendOptions extends ConnectionOptions {
  /** Such as `http://localhost:24203`. */
  baseUrl: string;
  /** @default the host of `baseUrl`, port 24205 */
  socketUrl?: string;
  /** The class to open sockets with: pass `ws` in Node 20, which has none; `null` polls the list. @default globalThis.WebSocket */
  webSocket?: SocketConstructor | null;
}
