import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is needed of a Koa context. */
export interface KoaContextLike {
  req: IncomingMessage;
  res: ServerResponse;
  request: { body?: unknown };
  respond?: boolean;
  onerror: (error: Error) => void;
}

/** A Node handler as Koa middleware: Koa leaves the response alone, and a parsed body is `req.body`. */
export function koaHandler(handler: (req: IncomingMessage, res: ServerResponse) => Promise<void>) {
  return async (context: KoaContextLike): Promise<void> => {
    context.respond = false;
    const { body } = context.request;
    const { onerror } = context;
    // Koa would log a client that left as an error of the app.
    context.onerror = () => undefined;
    try {
      await handler(Object.assign(context.req, body === undefined ? {} : { body }), context.res);
    } catch (thrown) {
      context.onerror = onerror;
      throw thrown;
    }
  };
}
