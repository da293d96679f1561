import { expect, test } from 'vitest';
import { storedAnswer, type StoredRun } from './storedAnswer.js';
import { toMessages } from './toMessages.js';

const run: StoredRun = {
  id: 'run-1',
  messageId: 'msg-1',
  parts: [
    { type: 'reasoning', text: 'Hm.', open: false },
    { type: 'text', text: 'Half an ' },
    { type: 'text', text: 'answer' },
  ],
  outcome: 'complete',
  reason: 'stop',
  by: null,
  usage: { outputTokens: 3 },
  error: null,
  startedAt: 1_000,
  durationMs: 500,
};
const CUT = { code: 'interrupted', retryable: true };

test.each<[string, Partial<StoredRun>, object]>([
  ['a whole answer is shown whole', {}, { status: 'complete', finishReason: 'stop', error: null }],
  [
    'a stopped answer has its mark',
    { outcome: 'stopped', reason: 'user', by: 'user' },
    {
      status: 'stopped',
      finishReason: null,
      stopRecord: { runId: 'run-1', by: 'user', reason: 'user', at: 1_500, seenChars: 14 },
    },
  ],
  [
    'a stop by a limit says which',
    { outcome: 'stopped', reason: 'total-time', by: 'auto', limit: 30_000 },
    { stopRecord: { by: 'auto', reason: 'total-time', limit: 30_000, confirmation: 'confirmed' } },
  ],
  ['an answer whose reader left was cut', { outcome: 'disconnected' }, { error: CUT }],
  ['an answer that was cut says so', { outcome: 'interrupted' }, { status: 'error', error: CUT }],
  [
    'a failure says why',
    { outcome: 'error', error: 'Overloaded.' },
    { status: 'error', error: { code: 'provider', message: 'Overloaded.' } },
  ],
])('kept by a server, %s', (_, more, expected) => {
  // As it comes back from a table of JSON.
  const kept = JSON.parse(JSON.stringify({ ...run, ...more })) as StoredRun;
  const snapshot = storedAnswer(kept);
  expect(snapshot).toMatchObject({
    ...expected,
    runId: 'run-1',
    messageId: 'msg-1',
    text: 'Half an answer',
    parts: run.parts,
  });
  expect(toMessages([snapshot])).toMatchObject([{ role: 'assistant', text: 'Half an answer' }]);
});
