/** What a message stream tells of a call that the parts of a run do not hold. */
export interface ToolDetails {
  /** Which step of the run it belongs to. */
  step: number;
  isDynamic: boolean;
  /** Whether the provider itself runs it. */
  isProviders: boolean;
  /** The question to the person whether it may run. */
  approval?: object;
}

/** The fields of a chunk that are looked at here. */
interface ToolChunk {
  type: string;
  toolCallId?: string;
  dynamic?: boolean;
  providerExecuted?: boolean;
}

// A run is stored when it is over; what nobody stores is forgotten.
const RUNS_KEPT = 1_000;
const runs = new Map<string, Map<string, ToolDetails>>();

/** What is known of the calls of a run, by their ids. */
export const detailsOf = (runId: string): ReadonlyMap<string, ToolDetails> =>
  runs.get(runId) ?? new Map<string, ToolDetails>();

/** Keeps what the chunks of a run tell of its calls, until it is stored. */
export function keepDetails(runId: string): (chunk: ToolChunk) => void {
  const calls = new Map<string, ToolDetails>();
  let step = 0;

  function keep(id: string, more: Partial<ToolDetails>): void {
    calls.set(id, { step, isDynamic: false, isProviders: false, ...calls.get(id), ...more });
    if (runs.has(runId)) return;
    runs.set(runId, calls);
    const [oldest = ''] = runs.keys();
    if (runs.size > RUNS_KEPT) runs.delete(oldest);
  }

  return (chunk) => {
    const { type, toolCallId = '', dynamic, providerExecuted } = chunk;
    switch (type) {
      case 'start-step':
        step += 1;
        return;
      case 'tool-input-start':
      case 'tool-input-available':
      case 'tool-input-error':
        keep(toolCallId, { isDynamic: dynamic === true, isProviders: providerExecuted === true });
        return;
      case 'tool-approval-request':
        keep(toolCallId, { approval: toApproval(chunk as ApprovalChunk) });
    }
  };
}

interface ApprovalChunk extends ToolChunk {
  approvalId: string;
  approvalDescriptor?: unknown;
  reason?: string;
  inputSchemaInput?: unknown;
  signature?: string;
}

/** The question as the SDK keeps it in a message. */
function toApproval(chunk: ApprovalChunk): object {
  const { approvalId: id, approvalDescriptor: descriptor, reason: requestReason } = chunk;
  const { inputSchemaInput, signature } = chunk;
  const fields = { descriptor, requestReason, inputSchemaInput, signature };
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { id, ...Object.fromEntries(said) };
}
