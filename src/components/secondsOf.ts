/** How long something took, or has taken by now, in whole seconds; `null` when nobody said when it began, or ended. */
export function secondsOf(
  { startedAt, endedAt }: { startedAt?: number; endedAt?: number },
  now: number,
): number | null {
  if (startedAt === undefined || endedAt === 0) return null;
  return Math.max(0, Math.round(((endedAt ?? now) - startedAt) / 1_000));
}
