import type { RunInfo } from './Bus.js';
import type { LiveRun } from './LiveRun.js';

/** What runs on this node, for when no other one can be asked. */
export const runsHere = (
  live: ReadonlyMap<string, LiveRun>,
  { userId, conversationId }: { userId?: string; conversationId?: string },
): readonly RunInfo[] =>
  [...live.values()]
    .map(({ info }) => info)
    .filter(
      (run) =>
        (userId === undefined || run.userId === userId) &&
        (conversationId === undefined || run.conversationId === conversationId),
    );

/** What a person is told then. */
export const UNREACHABLE = 'The other servers cannot be reached. Try again in a moment.';
