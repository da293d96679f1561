'use client';
import { useState } from 'react';
import type { Status, StopRecord } from '../core/index.js';

/** A stop that is asked for again, as it was before: until the answer it stays on the screen, its button under the same finger. */
export function useRetried(record: StopRecord | null, status: Status): StopRecord | null {
  const waits = record?.confirmation === 'pending';
  const [before, setBefore] = useState(waits ? null : record);
  if (!waits && record !== before) setBefore(record);
  return waits && status === 'stopped' && before?.runId === record.runId ? before : null;
}
