import type { StopRecord } from './StopRecord.js';

/** What a backend says of a conversation; words of its own are tolerated. */
export type ConversationStatus = 'active' | 'idle' | 'closed' | 'queued' | (string & {});

/** What is known of a conversation without reading its messages. */
export interface ConversationInfo {
  id: string;
  status: ConversationStatus;
  /** A stop is out and not answered yet. */
  stopping: boolean;
  stopRecord: StopRecord | null;
  title?: string;
  /** What it is doing, in the backend's words. */
  activity?: string;
  queuedBehind?: number;
  agentName?: string;
  startedAt?: Date;
}

/** A row of a backend's list. */
export interface ListedConversation extends Omit<ConversationInfo, 'stopping' | 'stopRecord'> {
  /** The turn that runs, where the backend names turns. */
  turnId?: string;
}

/** Whether a conversation in this status has something to stop: every word but "idle" and "closed". */
export function isRunning(status: ConversationStatus): boolean {
  return status !== 'idle' && status !== 'closed';
}

/** What a row says besides the name of the turn, which is nobody's business outside. */
export function withoutTurn(row: Partial<ListedConversation>): Partial<ListedConversation> {
  const rest = { ...row };
  delete rest.turnId;
  return rest;
}

/** What a row says of the conversation itself, not of the turn that ran when it was said. */
export function lastingOf({
  title,
  agentName,
}: Partial<ListedConversation>): Partial<ListedConversation> {
  return {
    ...(title === undefined ? {} : { title }),
    ...(agentName === undefined ? {} : { agentName }),
  };
}
