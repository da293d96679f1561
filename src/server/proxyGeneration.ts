import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRunId } from '../core/runId.js';

/** What the upstream call is given. */
export interface UpstreamContext {
  /** Aborts when the client leaves. */
  signal: AbortSignal;
  runId: string;
}

/** The call to the model, as the app makes it. */
export type Upstream = (context: UpstreamContext) => Promise<Response> | Response;

/** Passes a model's answer on, and closes the connection to the model when the client leaves. */
export async function proxyGeneration(
  _req: IncomingMessage,
  res: ServerResponse,
  upstream: Upstream,
): Promise<void> {
  const controller = new AbortController();
  const runId = createRunId();
  res.on('close', () => {
    // Not writableFinished: Node marks a cancelled HTTP/2 response as finished.
    if (!res.writableEnded) controller.abort();
  });
  if (res.destroyed || res.closed) controller.abort();
  try {
    const response = await upstream({ signal: controller.signal, runId });
    res.writeHead(response.status, {
      'content-type': response.headers.get('content-type') ?? 'text/plain; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'run-id': runId,
    });
    res.flushHeaders();
    if (response.body !== null) {
      for await (const bytes of response.body) {
        if (!res.write(bytes)) {
          await new Promise<void>((resolve) => {
            res.once('drain', resolve).once('close', resolve);
          });
        }
        if (res.destroyed) return;
      }
    }
    res.end();
  } catch (thrown) {
    if (controller.signal.aborted) return;
    if (!res.headersSent) {
      res.writeHead(502, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ error: 'The model could not be reached.' }));
    } else {
      res.destroy(thrown instanceof Error ? thrown : undefined);
    }
  }
}
