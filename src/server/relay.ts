import { createRunId, isRunId } from '../core/runId.js';
import { after } from './after.js';
import type { Client } from './Client.js';
import { createClientWriter, STREAM_HEADERS } from './createClientWriter.js';
import { quietly } from './quietly.js';
import { openUpstream, type Upstream } from './openUpstream.js';
import { sendHead } from './sendHead.js';
import { upstreamFailure } from './upstreamFailure.js';

/** How an answer is passed on. */
export interface ProxyOptions {
  /** The id the client gave this run. @default a new one */
  runId?: string;
  /**
   * What the answer will be. Needed where the upstream gives no `Response`, and for heartbeats
   * before the upstream has answered.
   * @default the upstream's own, else 'text/plain; charset=utf-8'
   */
  contentType?: string;
  /** Silence after which an event stream says that it is alive. @default 10_000 */
  heartbeatMs?: number;
  /** How long a client may take nothing before it counts as gone. @default 30_000 */
  stallMs?: number;
  /** How long an answer may take in all. @default 900_000 */
  maxDurationMs?: number;
  /** Hears once how it ended, and why: nothing else tells. */
  onSettled?: (end: ProxyEnd) => unknown;
}

/** How a proxied answer ended; a client that left is neither a success nor an error. */
export interface ProxyEnd {
  runId: string;
  outcome: 'complete' | 'disconnected' | 'interrupted' | 'error';
  /** The limit that ended it. */
  reason?: 'stalled' | 'total-time';
  /** What the upstream threw, or the response it refused with. */
  error?: unknown;
}

/** Passes one upstream's bytes on to one client; settles when both are let go of, and never rejects. */
export async function relay(
  client: Client,
  upstream: Upstream,
  options: ProxyOptions,
): Promise<void> {
  const { contentType, heartbeatMs = 10_000, stallMs = 30_000, maxDurationMs = 900_000 } = options;
  const runId = isRunId(options.runId) ? options.runId : createRunId();
  const controller = new AbortController();
  const { signal } = controller;
  let end: Omit<ProxyEnd, 'runId'> = { outcome: 'complete' };

  const writer = createClientWriter(client, {
    headers: { ...STREAM_HEADERS, 'run-id': runId },
    contentType,
    heartbeatMs,
    stallMs,
    onLost(why) {
      end = { outcome: 'disconnected', ...(why === 'stalled' ? { reason: why } : {}) };
      controller.abort();
    },
  });
  const cancelLimit = after(maxDurationMs, () => {
    end = { outcome: 'interrupted', reason: 'total-time' };
    writer.fail({ status: 504, message: 'The answer took too long and was ended.' });
    controller.abort();
  });
  const fail = (error: unknown): void => {
    if (signal.aborted) return;
    const sent = writer.sentType() !== null;
    end = { outcome: sent ? 'interrupted' : 'error', error };
    writer.fail(upstreamFailure(error, sent));
    controller.abort();
  };

  try {
    const opened = await openUpstream(upstream, { signal, runId });
    if (opened === null) return;
    const { response, reader } = opened;
    if (response !== null && !response.ok) {
      fail(response);
      return;
    }
    sendHead(writer, response, contentType);
    await reader.pump(writer.write);
    writer.end();
  } catch (thrown) {
    fail(thrown);
  } finally {
    cancelLimit();
    void quietly(() => options.onSettled?.({ runId, ...end }));
  }
}
