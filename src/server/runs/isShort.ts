/** Whether this is text that is there and no longer than so. */
export const isShort = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= length;
