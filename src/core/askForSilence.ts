import { askToStop } from './askToStop.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop } from './StopRequest.js';
import { CONFIRMATION } from './transition.js';

/** Asks the server to end only what is heard; resolves to the record of it, within the limit. */
export function askForSilence(
  requestStop: RequestStop,
  record: StopRecord,
  withinMs: number,
): Promise<StopRecord> {
  const { runId, reason, seenChars } = record;
  const askedAt = performance.now();
  return new Promise((resolve) => {
    const question = askToStop({
      requestStop,
      request: { runId, reason, seenChars, scope: 'speech' },
      withinMs,
      onVerdict(verdict) {
        question.end();
        const { outcome, message = '' } = verdict;
        const said = message === '' ? {} : { message };
        const answeredMs = outcome === 'unconfirmed' ? null : performance.now() - askedAt;
        resolve({ ...record, confirmation: CONFIRMATION[outcome], answeredMs, ...said });
      },
      onLimit() {
        question.abandon();
        resolve({ ...record, confirmation: 'unconfirmed' });
      },
    });
  });
}
