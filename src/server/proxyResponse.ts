import { fetchClient } from './fetchClient.js';
import type { Upstream } from './openUpstream.js';
import { type ProxyOptions, relay } from './relay.js';

/** `proxyGeneration` for Fetch handlers: the response of a route in Next, Hono, or any other. */
export function proxyResponse(
  request: Request,
  upstream: Upstream,
  options: ProxyOptions = {},
): Promise<Response> {
  const client = fetchClient(request);
  void relay(client, upstream, options);
  return client.response;
}
