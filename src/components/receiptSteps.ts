import type { StopRecord } from '../core/index.js';
import type { ProofLabels } from './proofLabels.js';

/** One fact of a stop. */
export interface ReceiptStep {
  state: 'pressed' | 'done' | 'told' | 'waiting' | 'unknown' | 'not-confirmed';
  words: string;
  detail?: string | undefined;
  time?: string | undefined;
}

/** What is known of a stop, step by step; what nobody reported is "unknown". */
export function receiptSteps(
  record: StopRecord,
  answer: ReceiptStep,
  labels: ProofLabels,
): ReceiptStep[] {
  const here: ReceiptStep[] = [
    { state: 'pressed', words: labels.pressed, time: labels.time(0) },
    { state: 'done', words: labels.frozen, time: labels.time(record.frozenMs) },
  ];
  if (record.confirmation === 'not-asked' || record.confirmation === 'already-finished') {
    return [...here, answer];
  }
  const { upstreamClosedMs, savedMs, savedChars } = record.receipt ?? {};
  const serverStep = (words: string, ms: number | null | undefined): ReceiptStep => {
    if (ms != null) return { state: 'done', words, time: labels.afterHeard(labels.time(ms)) };
    return record.confirmation === 'pending'
      ? { state: 'waiting', words }
      : { state: 'unknown', words, time: labels.unknown };
  };
  const saved = serverStep(labels.saved, savedMs);
  return [
    ...here,
    answer,
    serverStep(labels.closed, upstreamClosedMs),
    savedChars === undefined ? saved : { ...saved, detail: labels.characters(savedChars) },
  ];
}

/** That a server confirmed the stop, or that there was nobody to ask. */
export function confirmedStep(
  { confirmation, answeredMs, message }: StopRecord,
  labels: ProofLabels,
): ReceiptStep {
  if (confirmation === 'not-asked') {
    return { state: 'unknown', words: labels.nobodyToAsk, detail: labels.connectionOnly };
  }
  return answeredMs === null
    ? { state: 'unknown', words: labels.answered, time: labels.unknown }
    : { state: 'done', words: labels.answered, detail: message, time: labels.time(answeredMs) };
}
