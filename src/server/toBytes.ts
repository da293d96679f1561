const encoder = new TextEncoder();

/** Text or bytes as bytes; anything else is a mistake of the app. */
export function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return encoder.encode(value);
  throw new TypeError(
    `stopkit: the upstream yielded a value of type ${typeof value}, and only strings and Uint8Array can be passed on. Turn it into text first.`,
  );
}
