import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is needed of a Fastify request. */
export interface FastifyRequestLike {
  raw: IncomingMessage;
  body: unknown;
}

/** What is needed of a Fastify reply. */
export interface FastifyReplyLike {
  raw: ServerResponse;
  hijack(): unknown;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

/** What is needed of a Fastify instance. */
export interface FastifyLike {
  all(
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void>,
  ): unknown;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * A Node handler as a Fastify route. Fastify lets go of the reply, whose own signal aborts as soon
 * as a body has been read; headers that hooks have set are kept, and the parsed body is `req.body`.
 */
export function fastifyHandler(handler: Handler) {
  return async (request: FastifyRequestLike, reply: FastifyReplyLike): Promise<void> => {
    const { raw: res } = reply;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) res.setHeader(name, value);
    }
    await handler(Object.assign(request.raw, { body: request.body }), res);
  };
}

/** A plugin that answers everything under its prefix: `app.register(fastifyPlugin(handler), { prefix: '/api' })`. */
export function fastifyPlugin(handler: Handler) {
  return (app: FastifyLike, _options: object, done: () => void): void => {
    app.all('/*', fastifyHandler(handler));
    done();
  };
}
