import type { LangItem, LangMessages, LangTool, ToolRun } from './LangMessage.js';

/** The result of a call that a stop cancelled, as the model will read it. */
export const CANCELLED = { cancelled: true, message: 'The run was stopped.' } as const;

/** What is told of the calls of a run. */
export interface ToolWatcher {
  onRunning(call: LangItem): void;
  /** It ended by itself, before any stop. */
  onDone(call: LangItem, result: unknown): void;
}

interface Handler {
  (args: Record<string, unknown>, run: ToolRun): unknown;
}

/** The tools of a run as the app gave them, by the list that took their place. */
const given = new WeakMap<LangTool[], LangTool[]>();

/** The tools of a list as the app gave them, whatever run has bound them. */
export function toolsOf({ availableTools }: LangMessages): LangTool[] | undefined {
  return availableTools && (given.get(availableTools) ?? availableTools);
}

/**
 * Gives the tools of a run its signal: none begins after the stop, and none that ignores it holds
 * anything up. Returns the way back, for when the call is over: a deaf provider asks for tools after
 * the stop, in this list.
 */
export function bindTools(
  messages: LangMessages | undefined,
  signal: AbortSignal,
  watcher: ToolWatcher,
): () => void {
  const tools = messages && toolsOf(messages);
  if (messages === undefined || tools === undefined) return () => undefined;
  const run: ToolRun = { signal, check: () => signal.throwIfAborted() };
  const bound = tools.map((tool): LangTool => {
    const handler: Handler | undefined = tool.handler;
    if (handler === undefined) return tool;
    return {
      ...tool,
      async handler(args) {
        if (signal.aborted) return CANCELLED;
        const call = callOf(messages, tool.name, args);
        if (call !== undefined) watcher.onRunning(call);
        return untilAbort(
          () => handler.call(tool, args, run),
          signal,
          (result) => {
            if (call !== undefined) watcher.onDone(call, result);
          },
        );
      },
    };
  });
  messages.availableTools = bound;
  given.set(bound, tools);
  return () => {
    if (messages.availableTools === bound) messages.availableTools = tools;
  };
}

/** The call a handler was called for: the library tells only the arguments, but hands over the same object. */
function callOf(messages: LangMessages, name: string, args: unknown): LangItem | undefined {
  const items = messages.at(-1)?.items ?? [];
  return items.find((one) => one.type === 'tool' && one.name === name && one.arguments === args);
}

function untilAbort(
  work: () => unknown,
  signal: AbortSignal,
  onDone: (result: unknown) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => resolve(CANCELLED);
    signal.addEventListener('abort', cancel, { once: true });
    Promise.resolve()
      .then(work)
      .then(
        (result) => {
          if (!signal.aborted) onDone(result);
          resolve(result);
        },
        (thrown: unknown) => {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          // What a tool throws once it was stopped is its way of stopping.
          if (signal.aborted) {
            cancel();
          } else {
            onDone(failureOf(error));
            reject(error);
          }
        },
      )
      .finally(() => signal.removeEventListener('abort', cancel));
  });
}

/** The result of a tool that threw, as the library makes it. */
const failureOf = ({ name, message }: Error): object => ({ error: true, name, message });
