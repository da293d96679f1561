import {
  type ComponentPropsWithRef,
  createElement,
  type ElementType,
  type ReactElement,
} from 'react';

/** Your own element in place of a component's root: give it all the props it is called with. */
export type RenderProp<Tag extends ElementType> = (
  props: ComponentPropsWithRef<Tag>,
) => ReactElement;

/** A component's root: the element it has by default, or the one of its `render` prop. */
export function renderElement<Tag extends ElementType>(
  tag: Tag,
  props: ComponentPropsWithRef<Tag> & Record<`data-${string}`, unknown>,
  render: RenderProp<Tag> | undefined,
): ReactElement {
  return render === undefined ? createElement(tag, props) : render(props);
}
