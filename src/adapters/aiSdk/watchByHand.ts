/** Watches a message stream that an app may have written by hand. */
export interface ByHand {
  hear(chunk: { type: string; id?: string }): void;
  /** Whether it may end here without a `finish`. */
  isWhole(): boolean;
}

/**
 * What `createUIMessageStream` writes has no end of its own. It is whole where it has words, none of its parts is
 * open, and it has neither steps nor tools: a model's answer has, and that is cut off without its `finish`.
 */
export function watchByHand(): ByHand {
  let isOfModel = false;
  let hasWords = false;
  const open = new Set<string>();
  return {
    hear({ type, id = '' }) {
      isOfModel ||= type === 'start-step' || type.startsWith('tool-');
      hasWords ||= type === 'text-end';
      if (type === 'text-start' || type === 'reasoning-start') open.add(id);
      if (type === 'text-end' || type === 'reasoning-end') open.delete(id);
    },
    isWhole: () => !isOfModel && hasWords && open.size === 0,
  };
}
