import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is needed of a Koa context. */
export interface KoaContextLike {
  req: IncomingMessage;
  res: ServerResponse;
  request: { body?: unknown };
  respond?: boolean;
  onerror: (error: Error) => void;
}

/**
 * A Node handler as Koa middleware: Koa leaves the response alone, and a parsed body is `req.body`. What the handler
 * leaves to its `next` is left to the middleware behind this one.
 */
export function koaHandler(
  handler: (req: IncomingMessage, res: ServerResponse, next: () => void) => Promise<void>,
) {
  return async (context: KoaContextLike, next: () => Promise<unknown>): Promise<void> => {
    context.respond = false;
    const { body } = context.request;
    const { onerror } = context;
    // Koa would log a client that left as an error of the app.
    context.onerror = () => undefined;
    const req = Object.assign(context.req, body === undefined ? {} : { body });
    const taken = { isLeft: false };
    try {
      await handler(req, context.res, () => {
        taken.isLeft = true;
      });
    } catch (thrown) {
      context.onerror = onerror;
      throw thrown;
    }
    if (!taken.isLeft) return;
    context.respond = true;
    context.onerror = onerror;
    await next();
  };
}
