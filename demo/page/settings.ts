import { useSyncExternalStore } from 'react';
import type { AutoStop } from 'stopkit/core';

/** What a visitor chooses for this browser. */
export interface Settings {
  scheme: 'system' | 'light' | 'dark';
  direction: 'ltr' | 'rtl';
  escapeStops: boolean;
  askFirst: boolean;
  firstWordSeconds: number;
  totalMinutes: number;
}

const KEY = 'stopkit-demo-settings';
const DEFAULTS: Settings = {
  scheme: 'system',
  direction: 'ltr',
  escapeStops: true,
  askFirst: false,
  firstWordSeconds: 30,
  totalMinutes: 5,
};
const listeners = new Set<() => void>();
let settings: Settings = { ...DEFAULTS, ...load() };

function load(): Partial<Settings> {
  try {
    // Only this file writes under the key.
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
  } catch {
    return {};
  }
}

/** The budgets of every run, read when it begins; no choice means no limit. */
export const autoStop: AutoStop = {
  get firstTokenMs() {
    return settings.firstWordSeconds === 0 ? Infinity : settings.firstWordSeconds * 1_000;
  },
  get totalMs() {
    return settings.totalMinutes === 0 ? Infinity : settings.totalMinutes * 60_000;
  },
};

/** Puts the scheme and the direction on the page. */
export function applySettings(): void {
  const { dataset, style } = document.documentElement;
  if (settings.scheme === 'system') delete dataset.theme;
  else dataset.theme = settings.scheme;
  style.colorScheme = settings.scheme === 'system' ? 'light dark' : settings.scheme;
  document.documentElement.dir = settings.direction;
}

export function changeSettings(change: Partial<Settings>): void {
  settings = { ...settings, ...change };
  localStorage.setItem(KEY, JSON.stringify(settings));
  applySettings();
  for (const listener of listeners) listener();
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => settings,
  );
}
