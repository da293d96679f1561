import { createListeners } from '../../core/createListeners.js';
import { fetchClient } from '../fetchClient.js';
import { nodeClient } from '../nodeClient.js';
import type { NodeRequest, NodeResponse } from '../clientGone.js';
import { quietly } from '../quietly.js';
import { nodeHandler, urlOf } from '../adapters/nodeHandler.js';
import { allowAnyone, type Authorize } from './authorize.js';
import { announceEnd } from './announce.js';
import type { RunInfo } from './Bus.js';
import { createMeasures } from './createMeasures.js';
import type { LiveRun } from './LiveRun.js';
import { harmless, silent } from './Logger.js';
import { mayStop } from './mayStop.js';
import { memoryBus } from './memoryBus.js';
import type { Registry, RunPolicy } from './Registry.js';
import type { MissLimiter } from './limitMisses.js';
import { routeOf } from './routeOf.js';
import { createRoutes } from './createRoutes.js';
import { DEFAULT_LIMITS } from './RunLimits.js';
import { runsHere } from './runsHere.js';
import { shareRun } from './shareRun.js';
import { type RunDescription, startRun } from './startRun.js';
import {
  idle,
  remembered,
  rememberStop,
  stopAllRuns,
  stopConversation,
  type StopResult,
  stopRun,
  type StopWish,
} from './stopRuns.js';

/** How runs live, and who may stop them. */
export interface RunsOptions extends RunPolicy {
  /** Says who asks, and `null` when they may not. */
  authorize: Authorize;
  /** Limits stops that name nothing; a `rate-limiter-flexible` limiter. @default 120 a minute in memory */
  misses?: MissLimiter;
  /** Pages of other sites that may stop with the cookies of this one, such as `https://app.example`. @default none */
  origins?: readonly string[];
}

/** Routes of a Node server; what is none of them is left to `next`, or answered with 404 where there is none. */
export type NodeRoutes = (req: NodeRequest, res: NodeResponse, next?: () => void) => Promise<void>;

/** The runs of one node, and its way to those of all others. */
export interface Runs {
  /** Makes a run for a Node response; settles when the run is over, and never rejects. */
  stream(req: NodeRequest, res: NodeResponse, run: RunDescription): Promise<void>;
  /** The same for Fetch handlers. */
  response(request: Request, run: RunDescription): Promise<Response>;
  /** The routes for stops, lists, re-attachment and events, for a Node server. */
  routes(): NodeRoutes;
  /** The same routes for Fetch handlers; `raw` is the framework's own request. */
  fetch(request: Request, raw?: unknown): Promise<Response>;
  /** Stops a run or what runs in a conversation. */
  stop(wish: StopWish): Promise<StopResult>;
  /** Stops everything of a user, also what has not begun yet; told as that user's own stop. */
  stopAll(userId: string): Promise<StopResult[]>;
  /** What runs, on all nodes; while the bus is away, on this one alone. */
  active(userId?: string): Promise<readonly RunInfo[]>;
  /** For `arrivedEpoch`: changes with every stop-all of this user. */
  epoch(userId: string): Promise<string | null>;
  /** Refuses new runs, settles what runs as interrupted, and lets go of the bus. */
  close(): Promise<void>;
}

/** A registry of runs: made, stopped, listed and kept in one place, on one node or many. */
export function createRuns(options: RunsOptions): Runs {
  if (typeof options.authorize !== 'function') {
    throw new TypeError(
      'stopkit: createRuns() needs `authorize`, because without it anybody could stop anything. Pass a function that returns { userId } or null, or allowAnyone.',
    );
  }
  const logger = harmless(options.logger ?? silent);
  if (options.authorize === allowAnyone) {
    logger.warn(
      {},
      'stopkit: ANYONE MAY STOP ANYTHING (allowAnyone). Never use this in production.',
    );
  }
  const live = new Map<string, LiveRun>();
  const lingering = new Set<Promise<unknown>>();
  const readers = createListeners();
  let isOver = false;
  let closing: Promise<void> | null = null;

  const link = (options.bus ?? memoryBus()).join({
    stop(intent) {
      const run = live.get(intent.runId);
      if (run === undefined) return;
      if (mayStop(run.info, intent)) run.stop(intent);
    },
    share(runId) {
      const run = live.get(runId);
      if (run !== undefined) shareRun(link, run);
    },
    lost(runs) {
      for (const run of runs) {
        void quietly(() => options.onLost?.(run), failed);
        void announceEnd(registry, { ...run, outcome: 'interrupted', reason: null });
      }
    },
    warn: (message, error) => logger.warn({ err: error }, message),
  });

  const failed = (error: unknown): void =>
    logger.warn({ err: error }, 'stopkit: a callback failed');

  const registry: Registry = {
    policy: options,
    limits: { ...DEFAULT_LIMITS, ...given(options.limits) },
    logger,
    link,
    live,
    isClosed: () => closing !== null,
    isOver: () => isOver,
    readers,
    audit(run, stop) {
      void quietly(() => options.onStop?.({ ...run, ...stop, at: Date.now() }), failed);
    },
    measures: createMeasures(options.telemetry),
  };
  const handle = createRoutes(registry, options);

  async function close(): Promise<void> {
    const runs = [...live.values()];
    for (const run of runs) run.interrupt();
    await Promise.all(runs.map(({ settled }) => settled));
    await Promise.all(lingering);
    isOver = true;
    readers.tell();
    await link.close();
  }
  /** Kept until its last byte is out, so that `close` can wait for it. */
  function linger(run: Promise<void>): Promise<void> {
    lingering.add(run);
    return run.finally(() => lingering.delete(run));
  }

  return {
    stream: (req, res, run) => linger(startRun(registry, nodeClient(req, res), run)),
    response(request, run) {
      const client = fetchClient(request);
      void linger(startRun(registry, client, run));
      return client.response;
    },
    routes() {
      const answer = nodeHandler(handle, registry.limits.stallMs);
      return async (req, res, next) => {
        const route = routeOf(new URL(urlOf(req)).pathname);
        if (route?.method === req.method || next === undefined) await answer(req, res);
        else next();
      };
    },
    fetch: (request, raw) => handle(request, raw ?? request),
    async stop(wish) {
      const { runId, conversationId, userId } = wish;
      if (runId === undefined) {
        const stopped =
          conversationId === undefined
            ? null
            : await stopConversation(registry, conversationId, wish);
        return stopped ?? idle(conversationId ?? null, null);
      }
      const stopped = await stopRun(registry, runId, wish);
      if (stopped !== null) return stopped;
      if (userId === undefined) return idle(conversationId ?? null, runId);
      await rememberStop(registry, runId, { ...wish, userId });
      return remembered(wish, runId);
    },
    stopAll: (userId) => stopAllRuns(registry, userId),
    async active(userId) {
      const where = userId === undefined ? {} : { userId };
      const runs = await link.active(where);
      return runs === 'unknown' ? runsHere(live, where) : runs;
    },
    epoch: (userId) => link.epoch(userId),
    close: () => (closing ??= close()),
  };
}

/** What an app has set to nothing is not set. */
const given = <Options extends object>(options: Options | undefined): Partial<Options> =>
  Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<Options>; // the same keys, but for some
