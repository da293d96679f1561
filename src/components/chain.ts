import type { SyntheticEvent } from 'react';

type Handler<Event> = ((event: Event) => void) | undefined;

/** The app's handler first; the kit's own only if it did not prevent the default. */
export function chain<Event extends SyntheticEvent>(
  theirs: Handler<Event>,
  ours: (event: Event) => void,
): (event: Event) => void {
  return (event) => {
    theirs?.(event);
    if (!event.defaultPrevented) ours(event);
  };
}
