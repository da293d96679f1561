export { proxyGeneration, type Upstream, type UpstreamContext } from './proxyGeneration.js';
