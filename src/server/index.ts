export { fastifyHandler, fastifyPlugin } from './adapters/fastify.js';
export { koaHandler } from './adapters/koa.js';
export { nodeHandler } from './adapters/nodeHandler.js';
export type { NodeRequest, NodeResponse } from './clientGone.js';
export type { Upstream, UpstreamAnswer, UpstreamContext } from './openUpstream.js';
export { proxyGeneration } from './proxyGeneration.js';
export { proxyResponse } from './proxyResponse.js';
export type { ProxyEnd, ProxyOptions } from './relay.js';
export {
  allowAnyone,
  type Authorize,
  type AuthorizeContext,
  type Authorized,
  type RunAction,
} from './runs/authorize.js';
export type { Bus, BusLink, BusNode, RunInfo, RunOutcome } from './runs/Bus.js';
export type { RunCheckpoint } from './runs/createKeeper.js';
export { createRuns, type NodeRoutes, type Runs, type RunsOptions } from './runs/createRuns.js';
export type { MissLimiter } from './runs/limitMisses.js';
export type { OnDisconnect } from './runs/LiveRun.js';
export type { Logger } from './runs/Logger.js';
export { memoryBus } from './runs/memoryBus.js';
export type { RunPolicy, WhenBusy } from './runs/Registry.js';
export type { RunLimits } from './runs/RunLimits.js';
export type { RunContent, RunSettled, StopAudit } from './runs/RunSettled.js';
export { type IsolatedModule, type IsolatedOptions, runIsolated } from './runs/runIsolated.js';
export type { RunDescription } from './runs/startRun.js';
export type { StopResult, StopWish } from './runs/stopRuns.js';
export type { Telemetry } from './runs/Telemetry.js';
