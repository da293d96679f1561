import type { NodeRequest, NodeResponse } from './clientGone.js';
import { nodeClient } from './nodeClient.js';
import type { Upstream } from './openUpstream.js';
import { type ProxyOptions, relay } from './relay.js';

/** Passes a model's answer on, and closes the connection to the model when the client leaves. */
export function proxyGeneration(
  req: NodeRequest,
  res: NodeResponse,
  upstream: Upstream,
  options: ProxyOptions = {},
): Promise<void> {
  return relay(nodeClient(req, res), upstream, options);
}
