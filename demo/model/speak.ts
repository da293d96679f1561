import type { ServerResponse } from 'node:http';
import type { Faults } from '../Faults.js';

/** One piece of an answer, as it goes over the wire. */
export type Delta = Record<string, unknown>;

/** What the model knows of one run; times are of the wall clock. */
export interface ModelRun {
  madeAt: number[];
  closedAt: number | null;
  over: boolean;
}

export type Manner = Pick<Faults, 'tokensPerSecond' | 'firstWordMs' | 'model'>;

const TICK_MS = 10;
const FAULT_AFTER_TOKENS = 40;
/** How long the model goes on when it ignores that its client has gone. */
const DEAF_MS = 1_000;

/** Says an answer at its speed, one frame for each token, and counts what it makes. */
export function speak(
  res: ServerResponse,
  run: ModelRun,
  manner: Manner,
  answer: { id: string; deltas: readonly Delta[]; finish: string },
): void {
  const frame = (body: object): string =>
    `data: ${JSON.stringify({ id: answer.id, object: 'chat.completion.chunk', ...body })}\n\n`;
  const token = (delta: Delta): string =>
    frame({ choices: [{ index: 0, delta, finish_reason: null }] });
  const begin = performance.now() + manner.firstWordMs;
  let said = 0;

  const timer = setInterval(tick, TICK_MS);
  res.on('close', () => {
    run.closedAt ??= Date.now();
    if (res.writableFinished || manner.model !== 'ignore-abort') end();
  });

  function end(): void {
    clearInterval(timer);
    run.over = true;
  }

  function tick(): void {
    const { closedAt } = run;
    if (closedAt !== null && Date.now() - closedAt > DEAF_MS) return end();
    // A reader that is slow slows the writer down; one that has gone cannot.
    if (closedAt === null && res.writableNeedDrain) return;
    const due = Math.floor(((performance.now() - begin) / 1_000) * manner.tokensPerSecond) + 1;
    // After a stall the rest comes at its own speed, not at once.
    const most = said + Math.ceil((manner.tokensPerSecond * TICK_MS * 3) / 1_000);
    const until = Math.min(due, most, answer.deltas.length);
    for (; said < until; said += 1) {
      if (said === FAULT_AFTER_TOKENS && manner.model !== 'none' && breaks()) return;
      run.madeAt.push(Date.now());
      if (closedAt === null) res.write(token(answer.deltas[said] ?? {}));
    }
    if (said < answer.deltas.length) return;
    res.write(frame({ choices: [{ index: 0, delta: {}, finish_reason: answer.finish }] }));
    const usage = { prompt_tokens: 12, completion_tokens: said };
    res.end(`${frame({ choices: [], usage })}data: [DONE]\n\n`);
    end();
  }

  /** True when nothing more is said. */
  function breaks(): boolean {
    switch (manner.model) {
      case 'cut':
        res.destroy();
        return true;
      case 'error':
        res.end(
          frame({ error: { message: 'The model ran out of memory.', type: 'server_error' } }),
        );
        end();
        return true;
      case 'hang':
        clearInterval(timer);
        return true;
      case 'none':
      case 'ignore-abort':
        return false;
    }
  }
}
