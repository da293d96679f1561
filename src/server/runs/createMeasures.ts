import type { StopRecord } from '../../core/index.js';
import { quietly } from '../quietly.js';
import type { Tombstone } from './Bus.js';
import type { RunSettled } from './RunSettled.js';
import type { Telemetry } from './Telemetry.js';

/** What is counted and timed; a stop is one of the ways a run ends, never an error. */
export interface Measures {
  started(): void;
  settled(run: RunSettled, tombstone: Tombstone): void;
  /** A stop was asked for, and this was the answer. */
  asked(stop: { by: StopRecord['by']; reason: string; outcome: string }): void;
}

const NOTHING: Measures = {
  started: () => undefined,
  settled: () => undefined,
  asked: () => undefined,
};

// Reasons are free words of clients: what is none of these is counted as one, or labels grow without end.
const KNOWN_REASONS = new Set([
  'user',
  'replaced',
  'unmount',
  'first-token',
  'idle',
  'total-time',
  'characters',
  'tokens',
  'other-tab',
  'operator',
  'server',
]);
const reasonOf = (reason: string | null): string =>
  reason !== null && KNOWN_REASONS.has(reason) ? reason : 'other';

/** Counters and durations on an OpenTelemetry meter, or nothing without one. */
export function createMeasures(meter: Telemetry | undefined): Measures {
  if (meter === undefined) return NOTHING;
  const started = meter.createCounter('stopkit.runs.started', {
    description: 'Runs that began.',
    unit: '{run}',
  });
  const settled = meter.createCounter('stopkit.runs.settled', {
    description: 'Runs that are over, by how they ended.',
    unit: '{run}',
  });
  const stops = meter.createCounter('stopkit.stops', {
    description: 'Stops that were asked for, by what was answered.',
    unit: '{stop}',
  });
  const duration = meter.createHistogram('stopkit.run.duration', {
    description: 'From the start of a run to its end.',
    unit: 'ms',
  });
  const closed = meter.createHistogram('stopkit.stop.upstream_closed', {
    description: 'From a stop that was heard to an upstream that was let go of.',
    unit: 'ms',
  });
  const late = meter.createHistogram('stopkit.stop.tokens_after', {
    description: 'Tokens that came after the stop was heard.',
    unit: '{token}',
  });

  function ended(run: RunSettled, { receipt, saved }: Tombstone): void {
    const how = {
      outcome: run.outcome,
      ...(run.outcome === 'stopped' ? { reason: reasonOf(run.reason), by: run.by ?? '' } : {}),
    };
    settled.add(1, { ...how, saved });
    duration.record(run.durationMs, how);
    if (run.outcome !== 'stopped' || receipt === null) return;
    if (receipt.upstreamClosedMs !== null) closed.record(receipt.upstreamClosedMs);
    if (receipt.tokensAfterStop !== undefined) late.record(receipt.tokensAfterStop);
  }

  // A meter that fails must not end what it measures.
  return {
    started: () => void quietly(() => started.add(1)),
    settled: (run, tombstone) => void quietly(() => ended(run, tombstone)),
    asked: ({ by, reason, outcome }) =>
      void quietly(() => stops.add(1, { by, reason: reasonOf(reason), outcome })),
  };
}
