import type { Status, StopRecord } from '../core/index.js';
import type { ReceiptLabels } from './receiptLabels.js';

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
  status: Status,
  labels: ReceiptLabels,
): ReceiptStep[] {
  const known = (ms: number | null | undefined): string =>
    ms == null ? labels.unknown : labels.time(ms);
  const here: ReceiptStep[] = [
    { state: 'pressed', words: labels.pressed, time: labels.time(0) },
    { state: 'done', words: labels.frozen, time: labels.time(record.frozenMs) },
  ];
  const answer = answerStep(record, status, labels, known);
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

function answerStep(
  { confirmation, answeredMs, waitedMs, message }: StopRecord,
  status: Status,
  labels: ReceiptLabels,
  known: (ms: number | null | undefined) => string,
): ReceiptStep {
  const time = known(answeredMs);
  switch (confirmation) {
    case 'pending':
      return { state: 'waiting', words: labels.answered };
    case 'confirmed':
      return { state: answeredMs === null ? 'unknown' : 'done', words: labels.answered, time };
    case 'accepted':
      return { state: 'told', words: labels.told, time };
    case 'refused':
      return { state: 'not-confirmed', words: labels.serverRefused, detail: message, time };
    case 'unconfirmed':
      return {
        state: 'not-confirmed',
        words: labels.didNotAnswer,
        detail: labels.mayStillWrite,
        time: known(waitedMs),
      };
    case 'not-asked':
      return { state: 'unknown', words: labels.nobodyToAsk, detail: labels.connectionOnly };
    case 'already-finished':
      return {
        state: 'done',
        words: labels.alreadyFinished,
        detail: status === 'complete' ? labels.nothingCut : labels.restNotShown,
        time,
      };
  }
}
