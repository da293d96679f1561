import { applyEvents, closeParts, type ContentEvent } from './applyEvents.js';
import { type GenerationError } from './GenerationError.js';
import { idleSnapshot, isActive, type Snapshot } from './Snapshot.js';
import type { Confirmation, StopRecord } from './StopRecord.js';
import type { StopAnswer } from './StopRequest.js';
import { appendText } from './textPieces.js';

/** What became of the question to the server: its answer, or that nobody answered in time. */
export type StopVerdict = StopAnswer | { outcome: 'unconfirmed'; message?: string };

/** Everything that can happen to one run. */
export type GenerationEvent =
  | { type: 'begin'; runId: string; keep: 'nothing' | 'answer' }
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
  | { type: 'retry-stop' };

/** Every rule about status; an event that makes no sense returns the same snapshot. */
export function transition(snapshot: Snapshot, event: GenerationEvent): Snapshot {
  switch (event.type) {
    case 'begin':
      if (isActive(snapshot.status)) return snapshot;
      return {
        ...(event.keep === 'answer' ? snapshot : idleSnapshot),
        status: 'connecting',
        runId: event.runId,
        finishReason: null,
        stopRecord: null,
        error: null,
        canContinue: false,
      };
    case 'content': {
      if (snapshot.status !== 'connecting' && snapshot.status !== 'streaming') return snapshot;
      const grown = applyEvents(snapshot, event.events, event.at);
      if (snapshot.status === 'streaming') return grown;
      // Ids and figures alone are not yet a first word.
      const speaks = event.events.some(({ type }) => type !== 'start' && type !== 'usage');
      return speaks ? { ...grown, status: 'streaming' } : grown;
    }
    case 'finish':
      if (snapshot.status !== 'connecting' && snapshot.status !== 'streaming') return snapshot;
      return {
        ...snapshot,
        status: 'complete',
        finishReason: event.reason,
        parts: closeReasoningOf(snapshot, event.at),
      };
    case 'fail':
      if (snapshot.status !== 'connecting' && snapshot.status !== 'streaming') return snapshot;
      return {
        ...snapshot,
        status: 'error',
        error: event.error,
        parts: closeParts(snapshot.parts, event.at),
      };
    case 'stop':
      if (snapshot.status !== 'connecting' && snapshot.status !== 'streaming') return snapshot;
      return {
        ...snapshot,
        status: event.record.confirmation === 'pending' ? 'stopping' : 'stopped',
        stopRecord: event.record,
        parts: closeParts(snapshot.parts, event.record.at),
      };
    case 'verdict':
      return applyVerdict(snapshot, event);
    case 'settle':
      if (snapshot.status !== 'stopping' || snapshot.runId !== event.runId) return snapshot;
      return { ...snapshot, status: 'stopped' };
    case 'retry-stop':
      if (snapshot.status !== 'stopped' || !canRetryStop(snapshot.stopRecord)) return snapshot;
      return { ...snapshot, stopRecord: { ...snapshot.stopRecord, confirmation: 'pending' } };
  }
}

/** Whether the server may be asked again after this stop. */
export function canRetryStop(record: StopRecord | null): record is StopRecord {
  if (record === null) return false;
  const { confirmation } = record;
  return (
    confirmation === 'accepted' || confirmation === 'unconfirmed' || confirmation === 'refused'
  );
}

const CONFIRMATION: Record<StopVerdict['outcome'], Confirmation> = {
  stopped: 'confirmed',
  stopping: 'accepted',
  remembered: 'accepted',
  finished: 'already-finished',
  idle: 'already-finished',
  refused: 'refused',
  unconfirmed: 'unconfirmed',
};

/** A confirmation that no later verdict takes back. */
const isFinal = (confirmation: Confirmation): boolean =>
  confirmation === 'confirmed' || confirmation === 'already-finished';

function applyVerdict(
  snapshot: Snapshot,
  event: Extract<GenerationEvent, { type: 'verdict' }>,
): Snapshot {
  const record = snapshot.stopRecord;
  if (snapshot.runId !== event.runId || record === null) return snapshot;
  if (snapshot.status !== 'stopping' && snapshot.status !== 'stopped') return snapshot;
  const { verdict } = event;
  const confirmation = CONFIRMATION[verdict.outcome];
  if (isFinal(record.confirmation) && confirmation !== 'already-finished') return snapshot;
  const answered: StopRecord = {
    ...record,
    confirmation,
    answeredMs: event.answeredMs ?? record.answeredMs,
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
    ...('receipt' in verdict ? { receipt: verdict.receipt } : {}),
  };
  const next: Snapshot = {
    ...snapshot,
    stopRecord: answered,
    ...('usage' in verdict ? { usage: { ...snapshot.usage, ...verdict.usage } } : {}),
    ...('messageId' in verdict ? { messageId: verdict.messageId } : {}),
  };
  switch (verdict.outcome) {
    case 'stopped':
    case 'idle':
    case 'refused':
    case 'unconfirmed':
      return { ...next, status: 'stopped' };
    case 'stopping':
    case 'remembered':
      return {
        ...next,
        status: snapshot.status === 'stopping' && event.waits ? 'stopping' : 'stopped',
      };
    case 'finished':
      return verdict.text !== undefined && verdict.text.startsWith(snapshot.text)
        ? extend({ ...next, status: 'complete' }, verdict.text)
        : { ...next, status: 'stopped' };
  }
}

/** The one amendment: the server's whole text in place of the part that was shown. */
function extend(snapshot: Snapshot, text: string): Snapshot {
  const rest = text.slice(snapshot.text.length);
  if (rest === '') return snapshot;
  const last = snapshot.parts.at(-1);
  const parts =
    last?.type === 'text'
      ? [...snapshot.parts.slice(0, -1), appendText(last, rest)]
      : [...snapshot.parts, appendText(null, rest)];
  return { ...snapshot, text, parts };
}

function closeReasoningOf(snapshot: Snapshot, at: number): Snapshot['parts'] {
  const last = snapshot.parts.at(-1);
  if (last?.type !== 'reasoning' || !last.open) return snapshot.parts;
  return [...snapshot.parts.slice(0, -1), { ...last, open: false, endedAt: at }];
}
