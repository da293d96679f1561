export type { NodeRequest, NodeResponse } from './clientGone.js';
export type { Upstream, UpstreamAnswer, UpstreamContext } from './openUpstream.js';
export { proxyGeneration } from './proxyGeneration.js';
export { proxyResponse } from './proxyResponse.js';
export type { ProxyEnd, ProxyOptions } from './relay.js';
