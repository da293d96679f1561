/** What a visitor breaks on purpose, and how fast the built-in generator is. */
export interface Faults {
  tokensPerSecond: number;
  firstWordMs: number;
  /** What the model does wrong. */
  model: 'none' | 'hang' | 'ignore-abort' | 'cut' | 'error';
  /** What becomes of a request to stop. */
  stop: 'works' | 'slow' | 'down' | 'lost';
  /** What becomes of an answer whose last reader has left. */
  whenClosed: 'stop' | 'continue';
}

export const NO_FAULTS: Faults = {
  tokensPerSecond: 40,
  firstWordMs: 400,
  model: 'none',
  stop: 'works',
  whenClosed: 'stop',
};
