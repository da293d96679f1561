/** What somebody else said, if it is a sentence that a person can be shown: short, one line, no markup. */
export function plainSentence(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const sentence = value.trim();
  // A code of a machine is ASCII without a space, or with a tab; Chinese and Japanese are written without one too.
  return sentence.length <= 300 && !/[<>{}\n]|^[!-~\t]*$/.test(sentence) ? sentence : null;
}

/** What stands under a name, in whatever was said. */
export const fieldOf = (said: unknown, name: string): unknown =>
  (said as Record<string, unknown> | null | undefined)?.[name];

/** The sentence in `{ error: string }` or `{ error: { message } }`. */
export function sentenceOf(said: unknown): string | null {
  const error = fieldOf(said, 'error');
  return plainSentence(fieldOf(error, 'message') ?? error);
}
