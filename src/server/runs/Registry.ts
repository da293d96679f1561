import type { AutoStop } from '../../core/autoStop.js';
import type { Listeners } from '../../core/createListeners.js';
import type { Bus, BusLink, RunInfo } from './Bus.js';
import type { RunCheckpoint } from './createKeeper.js';
import type { Measures } from './createMeasures.js';
import type { LiveRun, OnDisconnect } from './LiveRun.js';
import type { Logger } from './Logger.js';
import type { RunLimits } from './RunLimits.js';
import type { RunSettled, StopAudit } from './RunSettled.js';
import type { Telemetry } from './Telemetry.js';

/** What becomes of a run in a conversation in which another one still runs. */
export type WhenBusy = 'reject' | 'replace' | 'allow';

/** How runs live, and who hears of them. */
export interface RunPolicy {
  /** What the nodes share. @default memoryBus() */
  bus?: Bus;
  /** What becomes of a run whose last reader has left. @default 'stop' */
  onDisconnect?: OnDisconnect;
  /** What becomes of a second run in a conversation. @default 'reject' */
  whenBusy?: WhenBusy;
  /** Is given the answer now and then while it grows. */
  onCheckpoint?: (run: RunCheckpoint) => unknown;
  /** Keeps the answer: called exactly once for each run, and awaited before anybody is told that it is over. */
  onSettled?: (run: RunSettled) => unknown;
  /** Is told once of each run that was stopped: who, what, why, and how it ended. */
  onStop?: (stop: StopAudit) => unknown;
  /** Is told of runs whose node died, on one node only; their text is what the last checkpoint kept. */
  onLost?: (run: RunInfo) => unknown;
  autoStop?: AutoStop;
  limits?: RunLimits;
  /** Hears why a model failed, and that `onSettled` threw or took too long; nothing else tells. @default silent */
  logger?: Logger;
  /** A meter of `@opentelemetry/api`. */
  telemetry?: Telemetry;
}

/** One node's runs, and what its parts need of each other. */
export interface Registry {
  readonly policy: RunPolicy;
  readonly limits: Required<RunLimits>;
  readonly logger: Logger;
  readonly link: BusLink;
  /** What runs here, from before it is registered until it is kept. */
  readonly live: Map<string, LiveRun>;
  /** Refuses new runs and readers. */
  isClosed(): boolean;
  /** Whether all that ran here is told and kept, so that there is nothing more to read along. */
  isOver(): boolean;
  /** Who reads along is told of that here. */
  readonly readers: Pick<Listeners<[]>, 'add'>;
  audit(run: RunInfo, stop: Omit<StopAudit, keyof RunInfo | 'at'>): void;
  readonly measures: Measures;
}
