import { type AnswerLabels, answerLabels } from './answerLabels.js';
import { type ReceiptLabels, receiptLabels } from './receiptLabels.js';

/** The words of `AssistantMessage`, and those of every receipt, so that one set does for both. */
export interface AssistantMessageLabels extends AnswerLabels, ReceiptLabels {}

/** The English words. */
export const assistantMessageLabels: AssistantMessageLabels = { ...receiptLabels, ...answerLabels };
