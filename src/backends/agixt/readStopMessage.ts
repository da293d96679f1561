import type { StopAnswer } from '../../core/index.js';

/** What is known of a conversation besides what the server says. */
export interface StopContext {
  /** Its answer still comes, or it was said to be working and not that it ended. */
  isRunning: boolean;
  /** The connection its answer came on was lost, so that it goes on where nobody sees it. */
  isInBackground: boolean;
}

/** AGiXT answers 200 to every stop: only the sentence says what became of it. */
export const readStopMessage =
  (context: StopContext) =>
  (said: unknown): StopAnswer => {
    const { message } = (said ?? {}) as { message?: unknown };
    const sentence = typeof message === 'string' ? message : '';
    if (sentence.startsWith('Successfully stopped')) return { outcome: 'stopped' };
    if (sentence.includes('not found or access denied')) {
      return { outcome: 'refused', message: 'This conversation is not there, or is not yours.' };
    }
    if (!sentence.includes('was not active or could not be stopped'))
      return { outcome: 'stopping' };
    if (context.isInBackground) {
      return {
        outcome: 'refused',
        message: 'The answer goes on in the background, where AGiXT cannot stop it.',
      };
    }
    if (context.isRunning) {
      return {
        outcome: 'refused',
        message: 'The answer is written by another worker, which AGiXT cannot stop from here.',
      };
    }
    return { outcome: 'idle', message: 'Nothing was running any more.' };
  };
