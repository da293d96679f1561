import type { ReactNode } from 'react';
import type { StopScope } from '../core/index.js';
import { doneIcon, failedIcon, retryIcon, speakingIcon, stopIcon, stoppingIcon } from './icons.js';
import type { StopButtonLabels } from './stopButtonLabels.js';
import type { StopPhase } from './stopPhase.js';

/** What a Stop button shows, and what it is called where that differs. */
export interface StopLook {
  icon: ReactNode;
  word: string;
  name?: string;
}

/** Every look of a Stop button, by what a press would do. */
export function stopLooks(
  words: StopButtonLabels,
  scope: StopScope | undefined,
): Record<StopPhase, StopLook> {
  const stop: StopLook =
    scope === 'speech'
      ? { icon: speakingIcon, word: words.stopSpeaking }
      : { icon: stopIcon, word: words.stop, name: scope === 'all' ? words.stop : words.stopName };
  return {
    idle: stop,
    run: stop,
    stopping: { icon: stoppingIcon, word: words.stopping, name: words.stoppingName },
    retry: { icon: retryIcon, word: words.retry, name: words.retryName },
    stopped: { icon: stopIcon, word: words.stopped },
    complete: { icon: doneIcon, word: words.finished },
    error: { icon: failedIcon, word: words.failed },
  };
}
