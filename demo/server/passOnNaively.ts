import type { Request, Response } from 'express';
import { NO_FAULTS } from '../Faults.js';
import type { Model } from './askModel.js';

const LONG = [
  { role: 'user' as const, text: 'Explain backpressure to me, at length, with code and tables.' },
];
const MANNER = { ...NO_FAULTS, tokensPerSecond: 60, firstWordMs: 200 };

/** A long answer at a fixed speed, for the page that compares. */
export function longAnswer(model: Model, runId: string, signal?: AbortSignal) {
  return model.ask({
    runId,
    messages: LONG,
    faults: MANNER,
    long: true,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The route of many tutorials: nothing hears that the reader has left, so the model writes on. */
export function passOnNaively(model: Model) {
  return async (req: Request, res: Response): Promise<void> => {
    const { runId } = req.body as { runId: string };
    const answer = await longAnswer(model, runId);
    res.setHeader('content-type', 'text/event-stream');
    // Node's streams are async iterables; the DOM's type does not say so.
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) res.write(bytes);
    res.end();
  };
}
