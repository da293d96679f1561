import { createRunId } from 'stopkit/core';
import type { Bus, BusLink, RunInfo } from 'stopkit/server';
import type { StopIntent } from '../../../src/server/runs/Bus.js';

/** A node on a bus that keeps what it hears. */
export interface HearingNode extends BusLink {
  heard: StopIntent[];
  /** The runs that others asked it to share. */
  shared: string[];
}

/** Joins a bus as a node of its own. */
export function joinBus(bus: Bus): HearingNode {
  const heard: StopIntent[] = [];
  const shared: string[] = [];
  const link = bus.join({
    stop: (intent) => heard.push(intent),
    share: (runId) => shared.push(runId),
    lost: () => undefined,
    warn: () => undefined,
  });
  return { ...link, heard, shared };
}

/** What a run that nobody else knows is registered with. */
export const claim = { epoch: null, exclusive: true, besides: [] };

/** A run of Ada's, outside any conversation unless told otherwise. */
export const runOf = (more: Partial<RunInfo> = {}): RunInfo => ({
  id: createRunId(),
  userId: 'ada',
  conversationId: null,
  agent: null,
  startedAt: Date.now(),
  ...more,
});

/** Its owner's stop of it. */
export const stopOf = ({ id, userId }: RunInfo): StopIntent => ({
  runId: id,
  userId,
  by: 'user',
  reason: 'user',
  seenChars: 7,
});
