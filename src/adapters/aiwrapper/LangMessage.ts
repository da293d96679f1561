/** What aiwrapper puts into its messages. */
export interface LangItem {
  type: string;
  text?: string;
  name?: string;
  callId?: string;
  arguments?: unknown;
  result?: unknown;
}

/** The part of aiwrapper's `LangMessage` that is used here. */
export interface LangMessage {
  role: string;
  items: LangItem[];
  meta?: unknown;
}

/** A tool, as aiwrapper calls it; stopkit adds what the run is. */
export interface LangTool {
  name: string;
  handler?: (args: Record<string, unknown>, run: ToolRun) => unknown;
}

/** What a tool is given besides its arguments. */
export interface ToolRun {
  /** For the tool's own requests. */
  signal: AbortSignal;
  /** To be asked between awaits, where there is nothing to pass a signal to: it throws when the run was stopped. */
  check(): void;
}

/** The part of aiwrapper's `LangMessages` that is used here. */
export interface LangMessages extends Array<LangMessage> {
  availableTools?: LangTool[];
  instructions?: string;
}
