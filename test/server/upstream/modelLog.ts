/** What the model knows about the requests of one id. */
export interface ModelLog {
  requests: number;
  /** Tokens made. */
  made: number;
  madeAt: number[];
  /** When a client left before the end of its answer. */
  leftAt: number[];
  /** Answers said to their end. */
  ended: number;
}

/** Tokens the model made after a moment. */
export function madeAfter(log: ModelLog, at: number): number {
  return log.madeAt.filter((time) => time > at).length;
}
