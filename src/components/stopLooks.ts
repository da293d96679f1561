import type { ReactNode } from 'react';
import type { StopScope } from '../core/index.js';
import { doneIcon, failedIcon, retryIcon, speakingIcon, stopIcon, stoppingIcon } from './icons.js';
import { type StopButtonLabels, stopButtonLabels } from './stopButtonLabels.js';
import type { StopPhase } from './stopPhase.js';

/** What a Stop button shows, and what it is called where that differs. */
export interface StopLook {
  icon: ReactNode;
  word: string;
  name?: string;
}

/** Every look of a Stop button, by what a press would do. */
export function stopLooks(
  labels: Partial<StopButtonLabels> | undefined,
  scope: StopScope | undefined,
): Record<StopPhase, StopLook> {
  const words = { ...stopButtonLabels, ...labels };
  // Who replaces only the word must not be heard in another language.
  const nameOf = (word: 'stop' | 'stopping' | 'retry'): string =>
    labels?.[`${word}Name`] ?? labels?.[word] ?? words[`${word}Name`];
  const stop: StopLook =
    scope === 'speech'
      ? { icon: speakingIcon, word: words.stopSpeaking }
      : { icon: stopIcon, word: words.stop, name: scope === 'all' ? words.stop : nameOf('stop') };
  return {
    idle: stop,
    run: stop,
    stopping: { icon: stoppingIcon, word: words.stopping, name: nameOf('stopping') },
    retry: { icon: retryIcon, word: words.retry, name: nameOf('retry') },
    stopped: { icon: stopIcon, word: words.stopped },
    complete: { icon: doneIcon, word: words.finished },
    error: { icon: failedIcon, word: words.failed },
  };
}
