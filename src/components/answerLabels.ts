import { type EndMarkLabels, endMarkLabels } from './endMark.js';
import { type ProofLabels, proofLabels } from './proofLabels.js';

/** The words that `AssistantMessage` shows, those of its end mark and of its receipt among them. */
export interface AnswerLabels extends EndMarkLabels, ProofLabels {
  assistant: string;
  waiting: string;
  stillWaiting: string;
  toldServer: string;
  hadFinished: string;
  notConfirmed: string;
  noAnswer: string;
  refused: string;
  lost: string;
  keptToHere: string;
  failed: string;
  kept: string;
  /** Seconds, where they are known. */
  thinking: (seconds: number | null) => string;
  thought: (seconds: number | null) => string;
  thinkingStopped: (seconds: number | null) => string;
  tools: string;
  toolWaiting: string;
  toolRunning: (seconds: number | null) => string;
  toolDone: string;
  toolTook: (ms: number) => string;
  toolFailed: string;
  toolCancelled: string;
  toolNotStarted: string;
  toolEffects: string;
  actions: string;
  continueAnswer: string;
  regenerate: string;
  tryAgain: string;
  copy: string;
  copied: string;
  receipt: string;
}

const withTime =
  (words: string, before = '') =>
  (seconds: number | null): string =>
    seconds === null || (seconds === 0 && before === '')
      ? words
      : `${words}${before} ${seconds === 0 ? 'under 1' : seconds} s`;

/** The English words. */
export const answerLabels: AnswerLabels = {
  ...endMarkLabels,
  ...proofLabels,
  assistant: 'Assistant',
  waiting: 'Waiting for the first word',
  stillWaiting: 'Still waiting for the first word',
  toldServer: 'Stopped here; the server was told',
  hadFinished: 'It had already finished',
  notConfirmed: 'Stopped here, not confirmed.',
  noAnswer: 'The server did not answer, so the model may still be writing.',
  refused: 'The server refused the stop.',
  lost: 'The connection was lost.',
  keptToHere: 'The answer is kept up to here.',
  failed: 'The answer failed.',
  kept: 'The text so far is kept.',
  thinking: withTime('Thinking'),
  thought: withTime('Thought', ' for'),
  thinkingStopped: withTime('Thinking stopped', ' after'),
  tools: 'Tools',
  toolWaiting: 'Waiting',
  toolRunning: withTime('Running'),
  toolDone: 'Done',
  toolTook: (ms) => `${(ms / 1_000).toFixed(1)} s`,
  toolFailed: 'Failed',
  toolCancelled: 'Cancelled',
  toolNotStarted: 'Not started',
  toolEffects: 'May have had effects before it was cancelled.',
  actions: 'Answer actions',
  continueAnswer: 'Continue',
  regenerate: 'Regenerate',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  receipt: 'Receipt',
};
