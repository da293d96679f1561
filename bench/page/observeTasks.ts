/** The tasks of over 50 ms so far, in milliseconds. */
export function observeTasks(): { long: number[] } {
  const long: number[] = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) long.push(entry.duration);
  }).observe({ type: 'longtask' });
  return { long };
}
