import { clsx } from 'clsx/lite';
import {
  type ComponentPropsWithRef,
  createElement,
  type ElementType,
  type JSX,
  type ReactElement,
} from 'react';

/** Your own element in place of a component's root: give it all the props it is called with. */
export type RenderProp<Tag extends ElementType> = (
  // `color` means another thing to most libraries, and the kit gives none.
  props: Omit<ComponentPropsWithRef<Tag>, 'color'>,
) => ReactElement;

/** A component's root, which bears its name: the element it has by default, or the one of its `render` prop. */
export function renderElement<Tag extends keyof JSX.IntrinsicElements>(
  tag: Tag,
  name: string,
  props: ComponentPropsWithRef<Tag> & { className?: string | undefined } & Record<
      `data-${string}`,
      unknown
    >,
  render: RenderProp<Tag> | undefined,
): ReactElement {
  const named = {
    ...props,
    className: clsx(`stopkit-${name}`, props.className),
    'data-stopkit': name,
  };
  return render === undefined ? createElement(tag, named) : render(named);
}
