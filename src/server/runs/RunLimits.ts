/** How long the registry waits for what. */
export interface RunLimits {
  /** How long after a disconnect a stop may still say that it was a person. @default 1000 */
  nameMs?: number;
  /** How long `onSettled` may take, and how long a new run waits for it. @default 5000 */
  settleMs?: number;
  /** How long a stop waits for the settle before it answers `stopping`. @default 2000 */
  answerMs?: number;
  /** How often a growing answer is given to `onCheckpoint`. @default 1000 */
  checkpointMs?: number;
  /** Silence after which a stream says that it is alive. @default 10_000 */
  heartbeatMs?: number;
  /** How long a client may take nothing before it counts as gone. @default 30_000 */
  stallMs?: number;
  /** How large the body of a stop may be. @default 16_384 */
  bodyBytes?: number;
}

export const DEFAULT_LIMITS: Required<RunLimits> = {
  nameMs: 1_000,
  settleMs: 5_000,
  answerMs: 2_000,
  checkpointMs: 1_000,
  heartbeatMs: 10_000,
  stallMs: 30_000,
  bodyBytes: 16_384,
};
