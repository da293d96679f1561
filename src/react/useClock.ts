'use client';
import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let time = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const tick = (): void => {
  time = Date.now();
  for (const listener of [...listeners]) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  if (listeners.size === 0) {
    time = Date.now();
    timer = setInterval(tick, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
};

const stand = (): (() => void) => () => undefined;

/** The wall clock, once a second while `running`: one timer for the page, and none while nothing runs. */
export function useClock(running: boolean): number {
  return useSyncExternalStore(
    running ? subscribe : stand,
    () => time,
    () => 0,
  );
}
