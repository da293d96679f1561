/** What somebody else said, if it is a sentence that a person can be shown: short, one line, no markup. */
export function plainSentence(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const sentence = value.trim();
  // A code of a machine is ASCII without a space, or with a tab; Chinese and Japanese are written without one too.
  return sentence.length <= 300 && !/[<>{}\n]|^[!-~\t]*$/.test(sentence) ? sentence : null;
}

/** The sentence in `{ error: string }`, `{ error: { message } }` or `{ message }`. */
export function sentenceOf(said: unknown): string | null {
  const { error, message } = (said ?? {}) as { error?: unknown; message?: unknown };
  return (
    (typeof error === 'object' ? sentenceOf(error) : plainSentence(error)) ?? plainSentence(message)
  );
}
