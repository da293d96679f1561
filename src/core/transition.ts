import { applyEvents, closeParts, type ContentEvent, isWord } from './applyEvents.js';
import { type GenerationError, isCut } from './GenerationError.js';
import { idleSnapshot, isActive, mayGrow, type Snapshot } from './Snapshot.js';
import type { Confirmation, StopRecord } from './StopRecord.js';
import type { StopAnswer } from './StopRequest.js';

/** What became of the question to the server: its answer, or that nobody answered in time. */
export type StopVerdict =
  | StopAnswer
  | { outcome: 'unconfirmed'; message?: string; waitedMs?: number };

/** Where a stop is remembered for a reload, or why it was made elsewhere. */
export type StopAmendment = Required<Pick<StopRecord, 'persisted'>> | Pick<StopRecord, 'reason'>;

/** Everything that can happen to one run. */
export type GenerationEvent =
  | { type: 'begin'; runId: string; keeps: boolean }
  | { type: 'content'; events: readonly ContentEvent[]; at: number }
  | { type: 'finish'; reason: string | null; at: number }
  | { type: 'fail'; error: GenerationError; at: number }
  | { type: 'stop'; record: StopRecord }
  /** `waits`: events can still say more, so "stopping" is not yet the end. */
  | {
      type: 'verdict';
      runId: string;
      verdict: StopVerdict;
      answeredMs: number | null;
      waits: boolean;
    }
  /** The server did not say more in time after it had accepted the stop. */
  | { type: 'settle'; runId: string }
  | { type: 'retry-stop' }
  /** What is learned of a stop and changes nothing else. */
  | { type: 'amend'; told: StopAmendment };

/** Every rule about status; an event that makes no sense returns the same snapshot. */
export function transition(snapshot: Snapshot, event: GenerationEvent): Snapshot {
  /** The first end is the last one. */
  const end = (last: Partial<Snapshot>, at: number): Snapshot =>
    mayGrow(snapshot.status)
      ? {
          ...snapshot,
          ...last,
          parts: closeParts(snapshot.parts, at, last.status === 'complete'),
        }
      : snapshot;
  switch (event.type) {
    case 'begin':
      if (isActive(snapshot.status)) return snapshot;
      return {
        ...(event.keeps ? snapshot : idleSnapshot),
        status: 'connecting',
        runId: event.runId,
        // What another run cost is told already.
        usage: event.runId === snapshot.runId ? snapshot.usage : null,
        finishReason: null,
        stopRecord: null,
        error: null,
        canContinue: false,
      };
    case 'content': {
      if (!mayGrow(snapshot.status)) return snapshot;
      const grown = applyEvents(snapshot, event.events, event.at);
      // Ids and figures alone are not yet a first word.
      return event.events.some(isWord) ? { ...grown, status: 'streaming' } : grown;
    }
    case 'finish':
      return end({ status: 'complete', finishReason: event.reason }, event.at);
    case 'fail':
      return end({ status: 'error', error: event.error }, event.at);
    case 'stop': {
      const { record } = event;
      const status = record.confirmation === 'pending' ? 'stopping' : 'stopped';
      return end({ status, stopRecord: record }, record.at);
    }
    case 'verdict':
      return applyVerdict(snapshot, event);
    case 'settle':
      if (snapshot.status !== 'stopping' || snapshot.runId !== event.runId) return snapshot;
      return { ...snapshot, status: 'stopped' };
    case 'retry-stop':
      if (!canRetryStop(snapshot.stopRecord)) return snapshot;
      return { ...snapshot, stopRecord: { ...snapshot.stopRecord, confirmation: 'pending' } };
    case 'amend':
      if (snapshot.stopRecord === null) return snapshot;
      return { ...snapshot, stopRecord: { ...snapshot.stopRecord, ...event.told } };
  }
}

/** Whether the server may be asked again after this stop. */
export function canRetryStop(record: StopRecord | null): record is StopRecord {
  return record !== null && ['accepted', 'unconfirmed', 'refused'].includes(record.confirmation);
}

/** What an answer to a stop is called in its record. */
export const CONFIRMATION: Record<StopVerdict['outcome'], Confirmation> = {
  stopped: 'confirmed',
  stopping: 'accepted',
  remembered: 'accepted',
  finished: 'already-finished',
  idle: 'already-finished',
  refused: 'refused',
  unconfirmed: 'unconfirmed',
};

/** Whether a verdict still means something after what is known; the first word of a server wins. */
function maySay(known: Confirmation, outcome: StopVerdict['outcome']): boolean {
  if (known === 'pending') return true;
  if (known === 'already-finished') return outcome === 'finished';
  return known !== 'confirmed' && outcome !== 'unconfirmed';
}

function applyVerdict(
  snapshot: Snapshot,
  event: Extract<GenerationEvent, { type: 'verdict' }>,
): Snapshot {
  const { verdict } = event;
  const told: Omit<StopAnswer, 'outcome'> & { waitedMs?: number } = verdict;
  if (snapshot.runId !== event.runId) return snapshot;
  if (snapshot.status === 'error') {
    // An answer whose connection was lost, and which the server has whole.
    const isRest = isCut(snapshot.error) && verdict.outcome === 'finished';
    return (isRest && completed(snapshot, verdict)) || snapshot;
  }
  const record = snapshot.stopRecord;
  if (snapshot.status !== 'stopping' && snapshot.status !== 'stopped') return snapshot;
  if (record === null || !maySay(record.confirmation, verdict.outcome)) return snapshot;
  const next: Snapshot = {
    ...snapshot,
    stopRecord: {
      ...record,
      confirmation: CONFIRMATION[verdict.outcome],
      answeredMs: event.answeredMs ?? record.answeredMs,
      // Why an earlier question was refused is nothing of this one.
      message: told.message ?? undefined,
      error: told.error ?? undefined,
      receipt: told.receipt ?? record.receipt,
      waitedMs: told.waitedMs ?? record.waitedMs,
    },
  };
  switch (verdict.outcome) {
    case 'unconfirmed':
    case 'refused':
      return { ...next, status: 'stopped' };
    case 'stopped':
    case 'idle':
      return adopt({ ...next, status: 'stopped' }, verdict);
    case 'stopping':
    case 'remembered':
      return snapshot.status === 'stopping' && event.waits ? next : { ...next, status: 'stopped' };
    case 'finished':
      return completed(next, verdict) ?? { ...next, status: 'stopped' };
  }
}

/** What a server says besides how the stop went; answers come from a wire, so `null` is "not said". */
function adopt(snapshot: Snapshot, { usage, messageId }: StopAnswer): Snapshot {
  return {
    ...snapshot,
    usage: usage ? { ...snapshot.usage, ...usage } : snapshot.usage,
    messageId: messageId ?? snapshot.messageId,
  };
}

/** The one amendment: the server's whole text in place of the part that was shown; `null` where that does not begin it. */
function completed(snapshot: Snapshot, verdict: StopAnswer): Snapshot | null {
  const { text } = verdict;
  if (typeof text !== 'string' || !text.startsWith(snapshot.text)) return null;
  const rest = { type: 'text', delta: text.slice(snapshot.text.length) } as const;
  const whole: Snapshot = { ...snapshot, status: 'complete', error: null };
  // Nothing is open any more that could be closed at a time.
  return applyEvents(adopt(whole, verdict), [rest], 0);
}
