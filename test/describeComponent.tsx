import { render } from '@testing-library/react';
import { cloneElement, createRef, type ReactElement, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';

/** What a component shows of itself to the suite that all components pass. */
export interface ComponentUnderTest {
  /** In any state in which it renders something. */
  element: ReactElement;
  /** The root's tag, in lower case. */
  tag: string;
  /** Its `data-stopkit`. */
  name: string;
  /** Its English words, and for each key an element whose HTML shows that word. */
  labels: object;
  shows: Record<string, ReactElement>;
}

const WORD = 'a word of the app';

/** The words the suite can see; for those that are heard, or come late, a component has tests of its own. */
export const seenLabels = (labels: object, ...late: string[]): object =>
  Object.fromEntries(
    Object.entries(labels).filter(([key]) => !key.endsWith('Heard') && !late.includes(key)),
  );

/** The rules that hold for every component of the kit. */
export function describeComponent(title: string, component: ComponentUnderTest): void {
  const { element, tag, name, labels, shows } = component;
  const withProps = (props: object): ReactElement => cloneElement(element, props);
  const rootOf = (container: ParentNode): Element | null =>
    container.querySelector(`[data-stopkit='${name}']`);

  describe(`${title} is a component of the kit`, () => {
    test('the ref is its root element, which names itself in data-stopkit', () => {
      const ref = createRef<HTMLElement>();
      const { container } = render(withProps({ ref }));
      expect(ref.current).toBe(rootOf(container));
      expect(ref.current?.localName).toBe(tag);
    });

    test('a ref that stays the same hears only of an element that comes or goes', () => {
      const heard: unknown[] = [];
      const ref = (root: HTMLElement | null): void => void heard.push(root);
      const { container, rerender, unmount } = render(withProps({ ref }));
      const root = rootOf(container);
      rerender(withProps({ ref, className: 'once' }));
      rerender(withProps({ ref, className: 'twice' }));
      expect(heard).toEqual([root]);
      unmount();
      expect(heard).toEqual([root, null]);
    });

    test('your className stands beside its own', () => {
      const { container } = render(withProps({ className: 'mine' }));
      expect(rootOf(container)).toHaveClass(`stopkit-${name}`, 'mine');
    });

    test('props it does not know reach the root element', () => {
      const { container } = render(withProps({ id: 'answer-7', 'data-app': 'yes', lang: 'de' }));
      expect(rootOf(container)).toHaveAttribute('id', 'answer-7');
      expect(rootOf(container)).toHaveAttribute('data-app', 'yes');
      expect(rootOf(container)).toHaveAttribute('lang', 'de');
    });

    test('render puts your element in place of the root, with all its props and the ref', () => {
      const ref = createRef<HTMLElement>();
      const { container } = render(
        withProps({
          ref,
          // Which props it gets depends on the component; all must be spreadable on an element.
          render: (props: object) => <section {...props} data-mine="" />,
        }),
      );
      const root = rootOf(container);
      expect(root?.localName).toBe('section');
      expect(root).toHaveAttribute('data-mine');
      expect(ref.current).toBe(root);
    });

    test('it sets no colour and no size of its own: those are tokens', () => {
      const { container } = render(element);
      expect(container.innerHTML).not.toMatch(/#[0-9a-f]{3,8}\b|rgb\(|style="[^"]*(color|width)/i);
    });

    test('it renders on a server, and the same under StrictMode', () => {
      expect(() => renderToString(element)).not.toThrow();
      const { container } = render(element);
      const strict = render(<StrictMode>{element}</StrictMode>);
      const withoutIds = (html: string): string => html.replaceAll(/_r_\w+_|:r\w+:/g, 'id');
      expect(withoutIds(strict.container.innerHTML)).toBe(withoutIds(container.innerHTML));
    });

    for (const [key, english] of Object.entries(labels)) {
      test(`the words of labels.${key} can be replaced`, () => {
        const shown = shows[key];
        if (shown === undefined) throw new Error(`No element shows labels.${key}.`);
        // A label is a word, or makes one from a figure.
        const word = typeof english === 'function' ? () => WORD : WORD;
        const { container } = render(cloneElement(shown, { labels: { [key]: word } } as object));
        expect(container.innerHTML).toContain(WORD);
      });
    }
  });
}
