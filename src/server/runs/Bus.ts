import type { Receipt, StopRecord, Usage } from '../../core/index.js';

/** A run as every node knows it. */
export interface RunInfo {
  readonly id: string;
  readonly userId: string;
  readonly conversationId: string | null;
  readonly agent: string | null;
  /** Wall clock of the node that runs it. */
  readonly startedAt: number;
}

/** The newest run that a conversation is known to have had. */
export interface LastRun {
  readonly runId: string;
}

/** How a run ended. */
export type RunOutcome = 'complete' | 'stopped' | 'interrupted' | 'disconnected' | 'error';

/** What is remembered of a run that is over, so that a late stop gets a true answer. */
export interface Tombstone {
  readonly outcome: RunOutcome;
  readonly reason: string | null;
  readonly by: StopRecord['by'] | null;
  /** The limit that a budget has stopped it at. */
  readonly limit?: number;
  /** The whole answer of a complete run, so that a client can adopt it. */
  readonly text: string | null;
  readonly usage: Usage | null;
  readonly receipt: Receipt | null;
  readonly saved: boolean;
}

/** A stop on its way to the node that runs what it names. */
export interface StopIntent {
  readonly runId: string;
  /** The conversation it was named with; a run in another one does not hear it. */
  readonly conversationId?: string;
  /** Who asks; a run of somebody else does not hear it. `null` is the app itself. */
  readonly userId: string | null;
  readonly by: StopRecord['by'];
  readonly reason: string;
  readonly seenChars?: number;
}

/** What a node learns when it registers a run. */
export type Registration =
  | { state: 'registered'; stop: StopIntent | null }
  | { state: 'in-use' }
  | { state: 'busy'; active: readonly RunInfo[]; settling: readonly RunInfo[] };

/** Where a run is. */
export type FoundRun =
  /** `settling`: it is over, and is being kept. */
  | { state: 'active'; run: RunInfo; settling?: boolean }
  | { state: 'settled'; run: RunInfo; tombstone: Tombstone }
  /** Its node is gone and nothing of it runs any more. */
  | { state: 'lost'; run: RunInfo };

/** What a bus asks of the node that joined it. */
export interface BusNode {
  /** A stop for a run that may live here. */
  stop(intent: StopIntent): void;
  /** Somebody on another node reads this run: its events go to the bus's log from now on. */
  share(runId: string): void;
  /** Runs whose node died; told to one node only. */
  lost(runs: readonly RunInfo[]): void;
  /** The bus could not be reached, or can be again. */
  warn(message: string, error: unknown): void;
}

/** An entry of a log, with the id a reader goes on from. */
export interface LogEntry {
  readonly id: string;
  readonly value: string;
}

/** One node's way to all the others. Nothing here rejects: an outage is the bus's own business. */
export interface BusLink {
  /** Changes with every stop-all of this user; `null` when there was none lately. */
  epoch(userId: string): Promise<string | null>;
  /** `epoch` is the one from when the run arrived; `besides`, and what other users run, do not count as busy. */
  register(
    run: RunInfo,
    claim: { epoch: string | null; exclusive: boolean; besides: readonly string[] },
  ): Promise<Registration>;
  /** The run makes nothing any more and is being saved: no longer listed, no longer busy. */
  settling(run: RunInfo): Promise<void>;
  /** The run was registered and never began: its id is free again. A bus without it is told `settling`, and the id stays in use. */
  withdraw?(run: RunInfo): Promise<void>;
  settle(run: RunInfo, tombstone: Tombstone): Promise<void>;
  /** `unknown` while nobody can be asked. */
  find(runId: string): Promise<FoundRun | 'unknown' | null>;
  /** Brings a stop to its run's node, or remembers it until the run appears. */
  stop(intent: StopIntent): Promise<'sent' | 'remembered'>;
  /** Changes the user's epoch and returns what runs. */
  stopAll(userId: string): Promise<readonly RunInfo[]>;
  /** What runs on any node; `unknown` while nobody can be asked. */
  active(where: {
    userId?: string;
    conversationId?: string;
  }): Promise<readonly RunInfo[] | 'unknown'>;
  /** What ran last in this user's conversation, or in anybody's of that id; `unknown` while nobody can be asked. */
  lastRun(where: { conversationId: string; userId?: string }): Promise<LastRun | 'unknown' | null>;
  /** True for the first who asks in the next two minutes. */
  claim(name: string): Promise<boolean>;
  /** Asks the run's node to write what it says to a log; asked again every few seconds while somebody reads. */
  askToShare(runId: string): Promise<void>;
  /**
   * Keeps the newest `length` entries for `keepMs`. False where it may not have come to the log, and where the log
   * does not have so many `entries` any more: it has expired, or was lost, and nothing is written.
   */
  append(
    log: string,
    value: string,
    keep: { length: number; keepMs: number; entries?: number },
  ): Promise<boolean>;
  /** Keeps a log that nothing is written to; false where it does not have so many `entries` any more. */
  touch?(log: string, keep: { keepMs: number; entries: number }): Promise<boolean>;
  /** The entries after `id`, or all that are kept. */
  read(log: string, id: string | null): Promise<readonly LogEntry[]>;
  /** Rings when a log grew or a run (`run:<id>`) was settled; a ring may be lost, so readers also look by themselves. */
  listen(name: string, ring: () => void): () => void;
  close(): Promise<void>;
}

/** What the nodes of one app share about their runs. */
export interface Bus {
  join(node: BusNode): BusLink;
}

/** How long stops, outcomes and epochs are remembered. */
export const REMEMBER_MS = 120_000;
/** How long a conversation's last run and events and a user's epoch are kept after they last changed. */
export const KEEP_MS = 3_600_000;
