import type { ComponentPropsWithRef } from 'react';
import { createRoot } from 'react-dom/client';
import { createGeneration, StopButton, type StopButtonProps } from 'stopkit';
import 'stopkit/styles.css';
import { scriptedSource } from 'stopkit/testing';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';

afterEach(() => document.body.replaceChildren());

const row = { display: 'inline-flex', justifyContent: 'center', minInlineSize: 0 };

/** A button of a library, whose `color` is one of its own names, and which wraps what it shows. */
function LibraryButton({
  color = 'primary',
  children,
  ...props
}: Omit<ComponentPropsWithRef<'button'>, 'color'> & { color?: 'primary' | 'danger' }) {
  return (
    <button {...props} data-color={color}>
      <span style={{ display: 'flex' }}>
        <span>{children}</span>
      </span>
    </button>
  );
}

const BUTTONS: [string, NonNullable<StopButtonProps['render']>][] = [
  ['lays out its children in a row', (props) => <button {...props} style={row} />],
  ['wraps them, as Mantine does', (props) => <LibraryButton {...props} />],
];

test.each(BUTTONS)('a button of your own that %s shows one word, inside', async (_, own) => {
  const container = document.createElement('div');
  document.body.append(container);
  const root = createRoot(container);
  const generation = createGeneration({ source: scriptedSource() });
  void generation.start('Why?');
  root.render(<StopButton generation={generation} render={own} />);
  const button = page.getByRole('button', { name: 'Stop generating' });
  const face = button.getByText('Stop', { exact: true });
  await expect.element(face).toBeVisible();
  const outer = button.element().getBoundingClientRect();
  const inner = face.element().getBoundingClientRect();
  expect(inner.left).toBeGreaterThan(outer.left);
  expect(inner.right).toBeLessThan(outer.right);
  // Every word it will ever say has the same place, so the widest one makes the width.
  expect(outer.width).toBeLessThan(200);
  root.unmount();
});
