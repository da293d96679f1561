import type { Backend } from './Backend.js';
import type { ConversationTurn } from './conversationTurn.js';
import type { GenerationEngine, GenerationOptions } from './createGenerationEngine.js';
import type { Generation } from './Generation.js';
import type { SeenTurn } from './mergeMessages.js';
import type { Message } from './Message.js';
import type { RecentNames } from './createRecentNames.js';
import type { Snapshot } from './Snapshot.js';
import type { StopVerdict } from './transition.js';

/** When answers are published, their budgets, and how long a stop waits. */
export type TurnTiming = Pick<
  GenerationOptions<string>,
  'confirmWithinMs' | 'autoStop' | 'publish'
>;

/** The turns of one conversation: each is a run of the one engine. */
export interface ConversationTurns {
  engine: GenerationEngine<string>;
  /** The engine's generation, whose starts are turns of the conversation. */
  answer: Generation<string>;
  newest(): ConversationTurn | null;
  /** Whether the newest turn may still say something. */
  isLive(): boolean;
  /** Whether an answer that this page asked for comes by events alone. */
  needsEvents(): boolean;
  /** Names of turns that are over. */
  past: RecentNames;
  /** Names of turns that a newer one took the place of, though nobody said that they were over. */
  left: RecentNames;
  seen(): readonly SeenTurn[];
  /** A turn that this page did not start. */
  join(turnId: string | null): void;
  /** How the stop of a turn went, also of one that a newer one followed. */
  hear(name: string, outcome: StopVerdict['outcome']): void;
  /** The end of the newest turn was missed. */
  lose(turn: ConversationTurn): void;
  /** Asks for the history, once per turn. */
  askHistory(turn: ConversationTurn): void;
  /** What is stored was read. */
  reconcile(messages: readonly Message[]): void;
  historyFailed(): void;
  /** Whether somebody looks, so that a connection is worth its price. */
  watch(isWatched: boolean): void;
  /** Whether the newest turn waits for its connection. */
  isCut(): boolean;
}

/** What the turns of a conversation need. */
export interface TurnsOptions {
  id: string;
  backend: Backend;
  /** Whether events of the backend arrive. */
  isConnected: () => boolean;
  /** Since when they arrive, `Infinity` while they do not; `hasSource`: the turn has a source of its own besides. */
  heardSince: (hasSource: boolean) => number;
  timing: TurnTiming;
  onHistoryDue: () => void;
  /** A run was stopped, or more is known of it. */
  onStopRecord: (snapshot: Snapshot) => void;
  /** A turn began: what was asked before knows nothing of it. */
  onBegin: () => void;
  /** The backend has the turn. */
  onKnown: (turn: ConversationTurn) => void;
  onChange: () => void;
}
