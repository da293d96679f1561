import { isOutcome } from '../core/askToStop.js';
import type { Receipt, StopAnswer } from '../core/index.js';
import { plainSentence } from './plainSentence.js';

/** What a server's 2xx says about a stop; without a known `outcome` it was accepted, and no more than that. */
export function toStopAnswer(said: unknown): StopAnswer {
  const answer: Partial<Record<keyof StopAnswer, unknown>> = isObject(said) ? said : {};
  const { outcome, text, messageId, usage, receipt } = answer;
  const message = plainSentence(answer.message);
  return {
    outcome: isOutcome(outcome) ? outcome : 'stopping',
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof messageId === 'string' ? { messageId } : {}),
    ...(message === null ? {} : { message }),
    // Figures are only ever shown, so their fields are not looked at one by one.
    ...(isObject(usage) ? { usage } : {}),
    ...(isObject(receipt) ? { receipt: receipt as Receipt } : {}),
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
