import { type ProxyEnd, proxyResponse, type ProxyOptions, type Upstream } from 'stopkit/server';
import type { Ask, ServerState } from './ask.js';

/** What every server under test does with what it is asked, and remembers of it. */
export interface Scenario {
  /** The call to the model and the options of an ask. */
  read(ask: Ask): { upstream: Upstream; options: ProxyOptions };
  /** An auth check, say, that takes its time; `gone` is how this server learns of its client. */
  preflight(ask: Ask, gone: () => Promise<unknown>): Promise<void>;
  /** All of it, for a server that speaks Fetch. */
  answer(request: Request, gone: () => Promise<unknown>): Promise<Response>;
  state(): ServerState;
}

export function createScenario(): Scenario {
  const ends: ProxyEnd[] = [];
  const preflights: string[] = [];
  const scenario: Scenario = {
    read: (ask) => ({
      upstream: ({ signal }) => fetch(ask.url, { signal }),
      options: {
        ...ask.options,
        onSettled: (end) =>
          void ends.push({ ...end, ...('error' in end ? { error: String(end.error) } : {}) }),
      },
    }),
    async preflight(ask, gone) {
      if (ask.preflight === undefined) return;
      // Heard from before anybody is told that it waits.
      const heard = gone();
      preflights.push(ask.options?.runId ?? '');
      await heard;
    },
    async answer(request, gone) {
      const ask = (await request.json()) as Ask;
      const { upstream, options } = scenario.read(ask);
      await scenario.preflight(ask, gone);
      return proxyResponse(request, upstream, options);
    },
    state() {
      globalThis.gc?.();
      const { rss, heapUsed, external } = process.memoryUsage();
      const resources = process.getActiveResourcesInfo();
      return { ends, preflights, rss, heapUsed, external, resources };
    },
  };
  return scenario;
}
