import type { StopRecord } from '../core/index.js';
import type { ProofLabels } from './proofLabels.js';

/** Why the server refused a stop: in the app's words, or in those that the server gave. */
export const whyRefused = (
  { error, message }: StopRecord,
  labels: Pick<ProofLabels, 'reason'>,
): string | undefined =>
  // One that was cloned on its way has lost all but its sentence.
  error?.code ? labels.reason(error) : message;
