import { setTimeout as wait } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type { Runs, StopResult } from 'stopkit/server';
import type { Faults } from '../Faults.js';
import type { Model } from './askModel.js';
import type { Store } from './openStore.js';

const SLOW_MS = 3_000;
const COUNT_EVERY_MS = 50;
const COUNT_FOR_MS = 1_700;

/** The kit's stop route with the demo's faults before it and the model's own count after it. */
export function stopRoute({
  runs,
  model,
  store,
  faults,
  node,
}: {
  runs: Runs;
  model: Model;
  store: Store;
  faults: Faults;
  node: string;
}) {
  return async (req: Request, res: Response): Promise<void> => {
    switch (faults.stop) {
      case 'down':
        res.status(500).json({ error: 'The stop endpoint is down.' });
        return;
      case 'lost':
        req.socket.destroy();
        return;
      case 'slow':
        await wait(SLOW_MS);
        break;
      case 'works':
    }
    const heardAt = Date.now();
    const answer = await runs.fetch(toFetch(req), req);
    const result = (await answer.json()) as StopResult;
    const { runId, receipt } = result;
    if (runId === null || receipt === undefined) {
      res.status(answer.status).json(result);
      return;
    }
    const tokensAfterStop = await countSince(model, runId, heardAt);
    const counted = { ...receipt, ...(tokensAfterStop === null ? {} : { tokensAfterStop }) };
    store.setReceipt(runId, { ...counted, heardAt });
    const writer = store.nodeOf(runId);
    const message =
      writer === null || writer === node
        ? {}
        : { message: `Node ${node} heard it, node ${writer} was writing.` };
    res.status(answer.status).json({ ...result, ...message, receipt: counted });
  };
}

/** What the model itself made since then: waited for until it is over, so that the figure is final. */
async function countSince(model: Model, runId: string, since: number): Promise<number | null> {
  const until = performance.now() + COUNT_FOR_MS;
  for (;;) {
    const count = await model.count(runId).catch(() => null);
    if (count === null) return null;
    if (count.over || performance.now() > until) {
      return count.madeAt.filter((at) => at > since).length;
    }
    await wait(COUNT_EVERY_MS);
  }
}

function toFetch(req: Request): globalThis.Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (typeof value === 'string' && name !== 'content-length') headers.set(name, value);
  }
  const url = `http://${req.headers.host ?? 'localhost'}${req.originalUrl}`;
  return new Request(url, { method: 'POST', headers, body: JSON.stringify(req.body ?? {}) });
}
