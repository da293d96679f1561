/** Long tasks of the page. */
export interface Tasks {
  /** What came before is the page's own beginning. */
  begin(): void;
  /** How many tasks of over 50 ms there were since then. */
  long(): number;
}

/** Watches the tasks of over 50 ms. */
export function observeTasks(): Tasks {
  let from = 0;
  const startTimes: number[] = [];
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) startTimes.push(startTime);
  }).observe({ type: 'longtask' });
  return {
    begin() {
      from = performance.now();
    },
    long: () => startTimes.filter((startTime) => startTime >= from).length,
  };
}
