import { createRunner, type EngineOptions } from './createRunner.js';
import type { Generation } from './Generation.js';
import type { Snapshot } from './Snapshot.js';
import type { Confirmation, StopReason, StopRecord } from './StopRecord.js';
import type { StopVerdict } from './transition.js';

export type { EngineOptions, GenerationOptions } from './createRunner.js';

/** A generation with what a backend needs to say to it; every word names its run, and a late one does nothing. */
export interface GenerationEngine<Input> {
  generation: Generation<Input>;
  /**
   * Reads a run that began elsewhere: the source is asked with mode `attach`. `partial`, else what is
   * shown, stays on the screen until a `replay` has overtaken it. A run that lives is left without asking its server.
   */
  attach(input: Input, from: { runId: string; partial?: Snapshot }): Promise<Snapshot>;
  /** A later verdict about a run's stop, or the whole text of an interrupted run. */
  hear(runId: string, verdict: StopVerdict): void;
  /** No event will say more about this run's stop: an accepted one is `stopped`. */
  settleStop(runId: string): void;
  /** The run was stopped elsewhere: another tab, a limit of the server, an operator. Nobody is asked. */
  stopFromElsewhere(runId: string, told?: RemoteStop): void;
  /** Why the run was stopped elsewhere, where its own end did not say. */
  tellReason(runId: string, reason: StopReason): void;
  /** Where the stop is remembered for a reload. */
  keepMark(runId: string, persisted: NonNullable<StopRecord['persisted']>): void;
}

/** What is known of a stop that somebody else made. */
export interface RemoteStop {
  /** @default 'server' */
  reason?: StopReason;
  /** @default 'confirmed' */
  confirmation?: Confirmation;
}

/** One answer after another from a source, and the words of a backend about them. */
export function createGenerationEngine<Input>(
  options: EngineOptions<Input>,
): GenerationEngine<Input> {
  const { generation, begin, named } = createRunner(options);
  return {
    generation,
    attach(input, { runId, partial = generation.getSnapshot() }) {
      return begin({ runId, input, mode: 'attach', partial }, partial, 'answer');
    },
    hear: (runId, verdict) => named(runId)?.hear(verdict),
    settleStop: (runId) => named(runId)?.settleStop(),
    stopFromElsewhere(runId, { reason = 'server', confirmation = 'confirmed' } = {}) {
      void named(runId)?.stop({ by: 'remote', reason, confirmation });
    },
    tellReason: (runId, reason) => named(runId)?.amend({ reason }),
    keepMark: (runId, persisted) => named(runId)?.amend({ persisted }),
  };
}
