import { askToStop } from './askToStop.js';
import type { StopRecord } from './StopRecord.js';
import type { RequestStop } from './StopRequest.js';
import { CONFIRMATION } from './transition.js';

/** Asks the server to end only what is heard; resolves to the record of it, within the limit. */
export function askForSilence(
  requestStop: RequestStop,
  record: StopRecord,
  withinMs: number | undefined,
): Promise<StopRecord> {
  return new Promise((resolve) => {
    const question = askToStop({
      requestStop,
      about: record,
      scope: 'speech',
      withinMs,
      previous: null,
      tell({ outcome, message = '' }, answeredMs) {
        question.end();
        const said = message === '' ? {} : { message };
        resolve({ ...record, confirmation: CONFIRMATION[outcome], answeredMs, ...said });
      },
      onLimit: () => question.abandon(),
    });
  });
}
