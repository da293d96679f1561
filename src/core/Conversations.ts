import type { BackendEvent, ConnectionState } from './Backend.js';
import type { ConversationInfo } from './ConversationInfo.js';
import type { Conversation } from './createConversation.js';
import type { StopOptions } from './Generation.js';
import type { Message } from './Message.js';
import type { StopRecord } from './StopRecord.js';

/** Everything there is to know about all conversations; replaced whole, never mutated. */
export interface ConversationsSnapshot {
  conversations: ReadonlyMap<string, ConversationInfo>;
  connection: ConnectionState;
  /** How far the list of what runs is: a failed one keeps its last rows, and where there is none to ask for it is ready. */
  list: 'loading' | 'ready' | 'failed';
}

/** Every conversation of one backend. */
export interface Conversations {
  subscribe(listener: () => void): () => void;
  getSnapshot(): ConversationsSnapshot;
  /** One conversation, which need not be known to the backend yet. */
  conversation(id: string): Conversation;
  /** Stops one, or asks again when its stop was not confirmed; resolves to the record, or `null` when nothing ran; never rejects. */
  stop(id: string, options?: StopOptions): Promise<StopRecord | null>;
  /** Stops everything that runs. */
  stopAll(): Promise<readonly StopRecord[]>;
  /** Asks the backend what runs. */
  refresh(): Promise<void>;
  /** Listens to the backend; returns the way out. */
  connect(): () => void;
  /** Whether an answer that this page asked for comes over that connection. */
  needsEvents(): boolean;
  /** Says that a conversation is on the screen; returns the way out. */
  watch(id: string): () => void;
  /** Reads what is stored, and settles with it what was missed. */
  readHistory(id: string): Promise<readonly Message[]>;
  /** Takes in what another page learned. */
  hear(event: BackendEvent): void;
  /** Where the stop of a run is remembered for a reload. */
  keepMark(id: string, runId: string, persisted: NonNullable<StopRecord['persisted']>): void;
}
