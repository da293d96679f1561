import type { ConversationStatus, ListedConversation } from './ConversationInfo.js';
import type { Message } from './Message.js';
import type { Source } from './Source.js';
import type { StopAnswer, StopRequest } from './StopRequest.js';
import type { StreamEvent } from './StreamEvent.js';

/** Whether events of the backend reach this page. */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'closed';

/** What a person sends into a conversation. */
export interface ConversationInput {
  conversationId: string;
  text: string;
}

/** What a backend tells without being asked. */
export type BackendEvent =
  | {
      type: 'status';
      conversationId: string;
      status: ConversationStatus;
      /** The turn it is said of, where the backend names turns. */
      turnId?: string;
      activity?: string;
    }
  /** A turn is over and what there is of it is stored. */
  | {
      type: 'settled';
      conversationId: string;
      turnId?: string;
      outcome: 'complete' | 'stopped' | 'interrupted' | 'disconnected' | 'error';
      reason?: string;
    }
  | {
      type: 'stream';
      conversationId: string;
      turnId: string;
      event: StreamEvent;
      /** The place of the event in its turn, from 0, where the backend says it: doubled, late and lost ones are then seen. */
      index?: number;
    }
  /** Stored messages changed. */
  | { type: 'changed'; conversationId: string }
  | { type: 'connection'; state: ConnectionState };

/** A system that holds conversations; what it cannot do is left out. */
export interface Backend {
  name: string;
  /** Asks for a stop; a rejection means that nobody answered. */
  stop(
    conversationId: string,
    request: StopRequest,
    init?: { signal?: AbortSignal },
  ): Promise<StopAnswer>;
  /** Begins to listen; returns the way out. */
  connect(listener: (event: BackendEvent) => void): () => void;
  /** Sends a person's text; the answer is what it yields, or comes as `stream` events while it waits. */
  send?: Source<ConversationInput>;
  /** Resolves when a text can leave, where a stop that is out would hit it or the turn before refuse it; until then it is unsent. */
  whenFree?(conversationId: string, signal: AbortSignal): Promise<void> | undefined;
  /** Set where `send` can go on with a run that is under way, asked with mode `attach`. */
  attaches?: boolean;
  /** False where no event tells that a stopped turn is over: a stop that was accepted waits for none. @default true */
  saysWhenStopped?: boolean;
  /** Told while a conversation is on the screen, so that its events are asked for; returns the way out. */
  watch?(conversationId: string): () => void;
  /** Stops everything of this person. */
  stopAll?(init?: { signal?: AbortSignal }): Promise<StopAnswer>;
  /** What runs, at least; a conversation that is not listed does not run. */
  list?(): Promise<readonly ListedConversation[]>;
  history?(conversationId: string): Promise<Message[]>;
}
