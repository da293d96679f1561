import type { LangMessages, LangTool, ToolRun } from './LangMessage.js';

/** The result of a call that a stop cancelled, as the model will read it. */
export const CANCELLED = { cancelled: true, message: 'The run was stopped.' } as const;

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
  onRunning: (callId: string) => void,
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
        const callId = callOf(messages, tool.name, args);
        if (callId !== null) onRunning(callId);
        return untilAbort(() => handler.call(tool, args, run), signal);
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
function callOf(messages: LangMessages, name: string, args: unknown): string | null {
  const items = messages.at(-1)?.items ?? [];
  const item = items.find(
    (one) => one.type === 'tool' && one.name === name && one.arguments === args,
  );
  return item?.callId ?? null;
}

function untilAbort(work: () => unknown, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => resolve(CANCELLED);
    signal.addEventListener('abort', cancel, { once: true });
    Promise.resolve()
      .then(work)
      .then(resolve, (error: unknown) => {
        // What a tool throws once it was stopped is its way of stopping.
        if (signal.aborted) cancel();
        else reject(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => signal.removeEventListener('abort', cancel));
  });
}
