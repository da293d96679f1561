import { startNode } from '../startNode.js';
import type { ModelLog } from './modelLog.js';
import { type Script, writeScript } from './script.js';

/** A scripted model that runs. */
export interface Model {
  port: number;
  /** The base of a URL under which the model follows this script. */
  url(script: Partial<Script>): string;
  log(id: string): Promise<ModelLog | null>;
  stop(): Promise<void>;
}

/** Starts the scripted model in a process of its own. */
export async function startModel(): Promise<Model> {
  const { ports, stop } = await startNode(new URL('./scriptedModel.ts', import.meta.url));
  const port = ports.model ?? 0;
  const origin = `http://127.0.0.1:${port}`;
  return {
    port,
    url: (script) => `${origin}${writeScript(script)}`,
    async log(id) {
      const response = await fetch(`${origin}/log/${id}`);
      const { log } = (await response.json()) as { log: ModelLog | null };
      return log;
    },
    stop,
  };
}
