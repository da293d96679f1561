/** The fields of a message, in the order in which they are written. */
export type Fields = Readonly<Record<string, Field>>;

interface Values {
  text: string;
  int: number;
  long: number;
  float: number;
  flag: boolean;
  bytes: Uint8Array;
  texts: readonly string[];
  map: Readonly<Record<string, unknown>>;
  any: unknown;
}

/** What a field holds; a question mark says that it may be absent. */
export type Field = keyof Values | `${keyof Values}?`;

type ValueOf<F extends string> = F extends `${infer Kind extends keyof Values}?`
  ? Values[Kind]
  : F extends keyof Values
    ? Values[F]
    : never;

/** A message with these fields. */
export type BodyOf<S extends Fields> = {
  [K in keyof S as S[K] extends `${string}?` ? never : K]: ValueOf<S[K]>;
} & { [K in keyof S as S[K] extends `${string}?` ? K : never]?: ValueOf<S[K]> };

// Deeper than any tool's arguments, and far from what would exhaust the stack of those who walk it.
const DEEPEST = 64;
const INT_32 = 2 ** 31;

/** Whether the value may stand in the field when it is read: numbers of any width will do. */
export function isReadable(value: unknown, field: Field): boolean {
  switch (field) {
    case 'text':
    case 'text?':
      return typeof value === 'string';
    case 'int':
    case 'int?':
    case 'long':
    case 'long?':
      return Number.isSafeInteger(value);
    case 'float':
    case 'float?':
      return typeof value === 'number' && !Number.isNaN(value);
    case 'flag':
    case 'flag?':
      return typeof value === 'boolean';
    case 'bytes':
    case 'bytes?':
      return value instanceof Uint8Array;
    case 'texts':
    case 'texts?':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'map':
    case 'map?':
      return isMap(value) && isShallow(value, DEEPEST);
    case 'any':
    case 'any?':
      return isShallow(value, DEEPEST);
  }
}

/** Whether the value may be written into the field, so that the strictest reader takes it. */
export function isWritable(value: unknown, field: Field): boolean {
  if (!isReadable(value, field)) return false;
  if (field === 'int' || field === 'int?') {
    return Number(value) >= -INT_32 && Number(value) < INT_32;
  }
  return true;
}

/** Whether it is a map with text keys. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  );
}

function isShallow(value: unknown, deepest: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  return deepest > 0 && Object.values(value).every((item) => isShallow(item, deepest - 1));
}
