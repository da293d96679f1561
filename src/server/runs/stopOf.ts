import type { StopRecord } from '../../core/index.js';

/** Why a run was let go of. */
export interface RunStop {
  reason: string | null;
  by: StopRecord['by'] | null;
}

const stops = new WeakMap<AbortSignal, RunStop>();

/** Keeps beside a run's signal why it aborts: its own `reason` stays the error that every library knows. */
export function keepStop(
  signal: AbortSignal,
  { reason, by }: { reason: string | null; by?: StopRecord['by'] },
): void {
  stops.set(signal, { reason, by: by ?? null });
}

/** Why a run's signal aborted; `null` when nobody stopped the run. */
export function stopOf(signal: AbortSignal): RunStop | null {
  return stops.get(signal) ?? null;
}
