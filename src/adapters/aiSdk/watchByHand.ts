/** Watches a message stream that an app may have written by hand. */
export interface ByHand {
  hear(chunk: { type: string; id?: string }): void;
  /** Whether it may end here without a `finish`. */
  isWhole(): boolean;
}

/**
 * What `createUIMessageStream` writes has no end of its own. It is whole where its last part is words, none of them
 * is open, and it has neither steps nor tools: a model's answer has, and that is cut off without its `finish`.
 */
export function watchByHand(): ByHand {
  let isOfModel = false;
  let endsInWords = false;
  const open = new Set<string>();
  return {
    hear({ type, id = '' }) {
      isOfModel ||= type === 'start-step' || type.startsWith('tool-');
      if (type === 'text-start') open.add(id);
      if (type === 'text-end') open.delete(id);
      if (type !== 'message-metadata') endsInWords = type === 'text-end';
    },
    isWhole: () => !isOfModel && endsInWords && open.size === 0,
  };
}
