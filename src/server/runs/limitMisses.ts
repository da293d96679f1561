import type { Logger } from './Logger.js';
import { within } from './within.js';

/** What is needed of a limiter of `rate-limiter-flexible`. */
export interface MissLimiter {
  consume(key: string): Promise<unknown>;
}

/** Counts a stop that named nothing; resolves to how long to wait, or `null` when it is within the limit. */
export type LimitMiss = (userId: string) => Promise<number | null>;

// A person who presses Stop before the run is known stays far below this.
const POINTS = 120;
const SECONDS = 60;
// One whose store is away may wait for it without end.
const ANSWER_MS = 500;

/** Limits misses with the limiter given, else in memory where `rate-limiter-flexible` is installed. */
export function limitMisses(given: MissLimiter | undefined, logger: Logger): LimitMiss {
  let loading: Promise<MissLimiter | null> | null =
    given === undefined ? null : Promise.resolve(given);

  async function load(): Promise<MissLimiter | null> {
    try {
      const { RateLimiterMemory } = await import('rate-limiter-flexible');
      return new RateLimiterMemory({ points: POINTS, duration: SECONDS });
    } catch {
      logger.warn(
        {},
        'stopkit: stops that name nothing are not limited. Install rate-limiter-flexible, or pass `misses`.',
      );
      return null;
    }
  }

  return async function limitMiss(userId) {
    const limiter = await (loading ??= load());
    try {
      if (limiter === null) return null;
      const counted = Promise.resolve(limiter.consume(userId)).then(() => true);
      if ((await within(counted, ANSWER_MS)) === true) return null;
      throw new Error(`stopkit: the limiter did not answer within ${ANSWER_MS} ms.`);
    } catch (refused) {
      if (typeof refused === 'object' && refused !== null && 'msBeforeNext' in refused) {
        return Number(refused.msBeforeNext);
      }
      // A limiter that cannot be reached must not keep anybody from stopping.
      logger.warn({ err: refused }, 'stopkit: the limiter of misses failed');
      return null;
    }
  };
}
