import { expect, test } from 'vitest';
import { idleSnapshot, type Snapshot, storedAnswer } from '../../core/index.js';
import { keepStop, markStopped, stopMarks } from './stopMarks.js';

test('an answer that a limit stopped says which limit, after a reload too', () => {
  const stopped: Snapshot = {
    ...idleSnapshot,
    status: 'stopped',
    runId: 'run-1',
    messageId: 'm1',
    text: 'Half',
    stopRecord: {
      runId: 'run-1',
      reason: 'total-time',
      by: 'auto',
      limit: 30_000,
      at: 1,
      seenChars: 4,
      frozenMs: 0,
      answeredMs: null,
      confirmation: 'not-asked',
    },
  };
  const marks = stopMarks('of-this-test');
  expect(keepStop(marks, 'c1', stopped)).toBe(true);
  const stored: Snapshot = { ...stopped, status: 'complete', stopRecord: null };
  const [message] = markStopped([{ id: 'm1', role: 'assistant', snapshot: stored }], marks, 'c1');
  expect(message?.snapshot).toMatchObject({
    status: 'stopped',
    stopRecord: { reason: 'total-time', by: 'auto', limit: 30_000 },
  });
});

test('an answer that its server has finished, because the stop never reached it, is not called stopped after a reload', () => {
  const marks = stopMarks('of-this-test');
  const why = { reason: 'user', by: 'user', at: 1, confirmation: 'unconfirmed' } as const;
  marks.write({ conversationId: 'c1', messageId: 'run-1', ...why });
  const run = { id: 'run-1', outcome: 'complete', reason: 'stop', by: null } as const;
  const snapshot = storedAnswer({ ...run, parts: [{ type: 'text', text: 'All of it.' }] });
  const [message] = markStopped([{ id: 'run-1', role: 'assistant', snapshot }], marks, 'c1');
  expect(message?.snapshot).toMatchObject({ status: 'complete', stopRecord: null });
});
