'use client';
import { useState } from 'react';
import type { StopRecord } from '../core/index.js';

/** A stop that is asked for again, as it was before: until the answer it stays on the screen, its button under the same finger. */
export function useRetried(record: StopRecord | null): StopRecord | null {
  const [before, setBefore] = useState(record);
  const waits = record?.confirmation === 'pending';
  if (!waits && record !== before) setBefore(record);
  return waits && before?.runId === record.runId ? before : null;
}
