/** The same value for every trap. */
export const everyTrap = <Trap extends number, Value>(
  traps: Record<Trap, string>,
  value: Value,
): Record<Trap, Value> =>
  Object.fromEntries(Object.keys(traps).map((trap) => [trap, value])) as Record<Trap, Value>; // the same keys
