import { setTimeout as delay } from 'node:timers/promises';

/** What the agent of the AGiXT test server does in one run. */
export interface RunScript {
  words: number;
  intervalMs: number;
  /** Activity rows written before the answer begins. */
  activities?: string[];
  /** What the last of them does in detail: rows below it, in the agent's name. */
  thoughts?: string[];
  /** The run is held by another worker, which a stop does not reach. */
  onOtherWorker?: boolean;
}

/** A run and what can be done to it. */
export interface AgentRun {
  userId: string;
  agentName: string;
  startedAt: Date;
  onOtherWorker: boolean;
  /** The words made so far, also those nobody read. */
  made: number;
  cancelled: boolean;
  ended: Promise<void>;
  cancel(): void;
}

/** Runs a script; `onWord` is called for each word until the run is cancelled. */
export function startRun(
  script: RunScript,
  who: { userId: string; agentName: string },
  on: {
    activity(text: string): void;
    thought(text: string): void;
    word(text: string): void;
    end(text: string): void;
  },
): AgentRun {
  const controller = new AbortController();
  let text = '';
  const run: AgentRun = {
    ...who,
    startedAt: new Date(),
    onOtherWorker: script.onOtherWorker ?? false,
    made: 0,
    cancelled: false,
    ended: Promise.resolve(),
    cancel() {
      run.cancelled = true;
      controller.abort();
    },
  };
  const work = async (): Promise<void> => {
    for (const activity of script.activities ?? []) {
      on.activity(activity);
      await delay(script.intervalMs, undefined, { signal: controller.signal });
    }
    for (const thought of script.thoughts ?? []) {
      on.thought(thought);
      await delay(script.intervalMs, undefined, { signal: controller.signal });
    }
    while (run.made < script.words) {
      await delay(script.intervalMs, undefined, { signal: controller.signal });
      const word = `word${run.made} `;
      run.made += 1;
      text += word;
      on.word(word);
    }
  };
  run.ended = work().then(
    () => on.end(text),
    () => on.end(text),
  );
  return run;
}
