import type { Snapshot } from './Snapshot.js';

/** A message of a conversation, as it is stored and shown. */
export interface Message {
  id: string;
  role: 'user' | 'assistant' | 'system';
  snapshot: Snapshot;
}
