// Everything a hook returns is new with every token, but a generation's functions are not.
const identityOf = (prop: unknown): unknown =>
  // Whatever is not a generation has no such property, or stands for itself.
  (prop as { subscribe?: unknown } | null | undefined)?.subscribe ?? prop;

/** Whether a component has nothing new to show; one prop may be left out. */
export function sameProps<Props extends object>(
  before: Props,
  now: Props,
  unless?: keyof Props,
): boolean {
  return (Object.keys({ ...before, ...now }) as (keyof Props)[]).every(
    (key) => key === unless || identityOf(before[key]) === identityOf(now[key]),
  );
}

/** The same for a view of a text: `renderText`, written in place, is another function at every render. */
export function sameText<Props extends { renderText: unknown }>(
  before: Props,
  now: Props,
): boolean {
  return sameProps(before, now, 'renderText');
}
