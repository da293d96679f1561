import { attachRun } from './attachRun.js';
import type { AuthorizeContext } from './authorize.js';
import type { RunsOptions } from './createRuns.js';
import { limitMisses } from './limitMisses.js';
import { originOf, readStop, refuseForgery, type StopBody } from './readRequest.js';
import type { Registry } from './Registry.js';
import { type Route, routeOf } from './routeOf.js';
import { isUser } from './isUser.js';
import { runsHere, UNREACHABLE } from './runsHere.js';
import {
  idle,
  remembered,
  rememberStop,
  stopAllRuns,
  stopConversation,
  type StopResult,
  stopRun,
} from './stopRuns.js';
import { streamEvents } from './streamEvents.js';

/** Who asks, and how sure that is. */
type Who =
  | { is: 'allowed'; userId: string; vouched: boolean }
  /** Known, but not allowed to do this here. */
  | { is: 'stranger'; userId: string }
  | { is: 'nobody' };

const SHUTTING_DOWN = 'The server is shutting down. Try again.';
const NO_SUCH_CONVERSATION = 'There is no such conversation.';

/** The routes in Fetch terms, wherever the app has mounted them. */
export function createRoutes(
  registry: Registry,
  options: Pick<RunsOptions, 'authorize' | 'misses' | 'origins'>,
): (request: Request, raw: unknown) => Promise<Response> {
  const { link, limits, live, logger } = registry;
  const limitMiss = limitMisses(options.misses, logger);
  const origins = options.origins?.map(originOf);

  async function ask(context: AuthorizeContext): Promise<Who> {
    const { conversationId, runId, ...bare } = context;
    try {
      const allowed = await options.authorize(context);
      if (allowed !== null) {
        const { userId, conversationId: checked } = allowed;
        const vouched = checked !== undefined && checked === conversationId;
        return isUser(userId) ? { is: 'allowed', userId, vouched } : nobody(userId);
      }
      if (conversationId === undefined && runId === undefined) return { is: 'nobody' };
      const known = await options.authorize(bare);
      if (known === null) return { is: 'nobody' };
      return isUser(known.userId) ? { is: 'stranger', userId: known.userId } : nobody(known.userId);
    } catch (error) {
      logger.warn({ err: error, action: context.action }, 'stopkit: authorize failed');
      return { is: 'nobody' };
    }
  }

  /** A session without a user, in plain JavaScript: never the app itself, which needs no user. */
  function nobody(userId: unknown): Who {
    logger.warn(
      { userId },
      'stopkit: authorize() returned a `userId` that is no text; return null for who is not signed in',
    );
    return { is: 'nobody' };
  }

  /** Carries out what names nothing of this user's, or says that it is asked too often. */
  async function miss(userId: string, answer: () => Promise<Response>): Promise<Response> {
    const waitMs = await limitMiss(userId);
    if (waitMs === null) return answer();
    return json(
      429,
      { error: 'That was too often. Try again later.' },
      { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
    );
  }

  async function stopNamed(
    who: Exclude<Who, { is: 'nobody' }>,
    body: StopBody & { runId: string },
  ): Promise<Response> {
    const { userId } = who;
    const wish = { ...body, userId };
    const stopped = who.is === 'allowed' ? await stopRun(registry, body.runId, wish) : null;
    if (stopped !== null) return answerStop(stopped, body.reason);
    return miss(userId, async () => {
      if (who.is === 'allowed') await rememberStop(registry, body.runId, wish);
      return answerStop(remembered(wish, body.runId), body.reason);
    });
  }

  function answerStop(result: StopResult, reason = 'user'): Response {
    registry.measures.asked({ by: 'user', reason, outcome: result.outcome });
    return json(200, result);
  }

  async function stop(request: Request, raw: unknown, route: Route): Promise<Response> {
    const read = await readStop(request, limits.bodyBytes);
    // Mounted below a path that ends in `conversations`, a stop of one run looks like one of everything.
    if (route.action === 'stop-all' && ('status' in read || read.runId === undefined)) {
      return stopAll(request, raw);
    }
    if ('status' in read) return json(read.status, { error: read.message });
    const body = {
      ...read,
      ...(route.conversationId === undefined ? {} : { conversationId: route.conversationId }),
    };
    const { runId, conversationId } = body;
    if (runId === undefined && route.conversationId === undefined) {
      return json(400, { error: '`runId` is missing: a stop names the run.' });
    }
    const who = await ask({
      request,
      raw,
      action: 'stop',
      ...(runId === undefined ? {} : { runId }),
      ...(conversationId === undefined ? {} : { conversationId }),
    });
    if (who.is === 'nobody') return unauthorized();
    if (body.scope === 'speech') {
      // Speech is made elsewhere; the generation goes on.
      return answerStop(idle(conversationId ?? null, runId ?? null), body.reason);
    }
    if (runId !== undefined) return stopNamed(who, { ...body, runId });
    if (conversationId === undefined) return notFound();
    const wish = { ...body, userId: who.userId };
    const stopped =
      who.is === 'allowed' ? await stopConversation(registry, conversationId, wish) : null;
    if (stopped !== null) return answerStop(stopped, body.reason);
    if (who.is === 'allowed' && who.vouched) {
      return answerStop(idle(conversationId, null), body.reason);
    }
    return miss(who.userId, () => Promise.resolve(notFound()));
  }

  async function stopAll(request: Request, raw: unknown): Promise<Response> {
    const who = await ask({ request, raw, action: 'stop-all' });
    if (who.is !== 'allowed') return unauthorized();
    const results = await stopAllRuns(registry, who.userId);
    for (const { outcome } of results)
      registry.measures.asked({ by: 'user', reason: 'user', outcome });
    return json(200, { stopped: results.filter((one) => one.abortedTurn).length, results });
  }

  async function list(request: Request, raw: unknown): Promise<Response> {
    const who = await ask({ request, raw, action: 'list' });
    if (who.is !== 'allowed') return unauthorized();
    const runs = await link.active({ userId: who.userId });
    if (runs === 'unknown') return unreachable();
    return json(200, {
      conversations: runs.flatMap((run) =>
        run.conversationId === null
          ? []
          : [
              {
                id: run.conversationId,
                status: 'active',
                runId: run.id,
                ...(run.agent === null ? {} : { agentName: run.agent }),
                startedAt: new Date(run.startedAt).toISOString(),
              },
            ],
      ),
    });
  }

  async function read(
    request: Request,
    raw: unknown,
    action: 'attach' | 'events',
    conversationId: string,
  ): Promise<Response> {
    if (registry.isClosed()) return json(503, { error: SHUTTING_DOWN });
    const who = await ask({ request, raw, action, conversationId });
    if (who.is === 'nobody') return unauthorized();
    if (who.is === 'stranger') return notFound();
    const where = { conversationId, userId: who.userId };
    const isTheirs = who.vouched || runsHere(live, where).length > 0;
    // A run may take longer than the last one is known for.
    const had = isTheirs || ((await link.lastRun(where)) ?? (await link.active(where)));
    if (had === 'unknown') return unreachable();
    if (Array.isArray(had) && had.length === 0) return notFound();
    return action === 'attach'
      ? attachRun(registry, request, where)
      : streamEvents(registry, request, where);
  }

  return async function handle(request, raw) {
    const route = routeOf(new URL(request.url).pathname);
    if (route === null) return json(404, { error: 'There is nothing here.' });
    if (request.method !== route.method) {
      return json(405, { error: `This is asked with ${route.method}.` }, { allow: route.method });
    }
    if (route.method === 'POST') {
      const forged = refuseForgery(request, origins);
      if (forged !== null) return json(forged.status, { error: forged.message });
    }
    const { action, conversationId = '' } = route;
    switch (action) {
      case 'stop':
      case 'stop-all':
        return stop(request, raw, route);
      case 'list':
        return list(request, raw);
      case 'attach':
      case 'events':
        return read(request, raw, action, conversationId);
    }
  };
}

const notFound = (): Response => json(404, { error: NO_SUCH_CONVERSATION });
const unreachable = (): Response => json(503, { error: UNREACHABLE });
const unauthorized = (): Response => json(401, { error: 'Please sign in again.' });

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}
