import type {
  BackendEvent,
  ConversationInput,
  ListedConversation,
  Message,
  RunRequest,
  StopAnswer,
  StopRequest,
} from '../../core/index.js';
import type { Format } from '../../formats/Format.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';

/** Where the routes are; `null` where a server has none. */
export interface HttpBackendUrls {
  /** @default `/chat` */
  send?: ((conversationId: string) => string) | null;
  /** @default `/conversations/:id/run` */
  attach?: ((conversationId: string) => string) | null;
  /** @default `/conversations/:id/stop` */
  stop?: (conversationId: string, request: StopRequest) => string;
  /** @default `/conversations/stop` */
  stopAll?: string | null;
  /** @default `/conversations/active` */
  list?: string | null;
  /** @default `/conversations/:id/events` */
  events?: ((conversationId: string) => string) | null;
  /** stopkit's own server stores no messages, so there is none unless the app has one. @default null */
  history?: ((conversationId: string) => string) | null;
}

/** What is said, and how answers are understood. */
export interface HttpBackendOptions extends ConnectionOptions {
  /** What every URL begins with. @default '' */
  baseUrl?: string;
  urls?: HttpBackendUrls;
  /** @default plain text or stopkit's own stream, whichever the server says it sends */
  format?: Format;
  /** What is posted to send. @default { prompt, runId, conversationId } */
  sendBody?: (request: RunRequest<ConversationInput>) => unknown;
  /** What is posted to stop. @default the request as it is */
  stopBody?: (conversationId: string, request: StopRequest) => unknown;
  /** What a 2xx to a stop means. @default its `outcome`, else that it was accepted and no more */
  readStop?: (said: unknown) => StopAnswer;
  readList?: (said: unknown) => readonly ListedConversation[];
  readHistory?: (said: unknown) => Message[];
  readEvent?: (said: unknown) => readonly BackendEvent[];
  /** Its name, for the cache and for other tabs. @default 'http' */
  name?: string;
  /** How often the list is asked while the page is shown. @default 5000 */
  listEveryMs?: number;
}
