import type { Usage } from '../../../core/index.js';

/** How `toUIMessageStream` asks for the metadata of a message. */
export type MetadataOf = (options: { part: never }) => unknown;

/** The fields of the SDK's own parts that tell what a run cost. */
interface CostPart {
  type: string;
  usage?: Usage;
  totalUsage?: Usage;
}

/**
 * Puts into a message what its run cost. The SDK itself says so only at the end; here a run that is aborted
 * has at least what its finished steps were asked with.
 */
export function withUsage(runId: string, own: MetadataOf | undefined): MetadataOf {
  let inputTokens = 0;
  return ({ part }) => {
    const said = own?.({ part }) as object | undefined;
    const usage = usageOf(part);
    if (usage === null) return said;
    return { ...said, stopkit: { runId, usage } };
  };

  function usageOf({ type, usage, totalUsage }: CostPart): Usage | null {
    if (type === 'finish') return totalUsage === undefined ? null : counted(totalUsage);
    if (type !== 'finish-step' || usage?.inputTokens === undefined) return null;
    inputTokens += usage.inputTokens;
    return { inputTokens };
  }
}

const counted = ({ inputTokens, outputTokens }: Usage): Usage => ({
  ...(inputTokens === undefined ? {} : { inputTokens }),
  ...(outputTokens === undefined ? {} : { outputTokens }),
});
