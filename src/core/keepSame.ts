/** The last value once more where nothing in it is new: what is `===` needs no render. */
export function keepSame<Value extends object>(last: Value | null, next: Value): Value {
  if (last === null) return next;
  // The keys of a value are those of its type, and of nothing else.
  const keys = Object.keys({ ...last, ...next }) as (keyof Value)[];
  return keys.every((key) => last[key] === next[key]) ? last : next;
}
