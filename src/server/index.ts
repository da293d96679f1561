export { fastifyHandler, fastifyPlugin } from './adapters/fastify.js';
export { koaHandler } from './adapters/koa.js';
export { nodeHandler } from './adapters/nodeHandler.js';
export type { NodeRequest, NodeResponse } from './clientGone.js';
export type { Upstream, UpstreamAnswer, UpstreamContext } from './openUpstream.js';
export { proxyGeneration } from './proxyGeneration.js';
export { proxyResponse } from './proxyResponse.js';
export type { ProxyEnd, ProxyOptions } from './relay.js';
