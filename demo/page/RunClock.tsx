import { useState } from 'react';
import { useClock } from 'stopkit';

/** How long something has been running. */
export function RunClock({ startedAt }: { startedAt?: Date | undefined }) {
  const now = useClock(true);
  const [mountedAt] = useState(() => Date.now());
  const seconds = Math.max(0, Math.floor((now - (startedAt?.getTime() ?? mountedAt)) / 1_000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <time dateTime={`PT${seconds}S`}>{text}</time>;
}
