import { act, cleanup, render, screen } from '@testing-library/react';
import { type ReactNode, StrictMode, useRef } from 'react';
import { afterEach, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createGeneration, type Generation } from '../../src/core/index.js';
import { useStopOnEscape } from '../../src/react/useStopOnEscape.js';
import { scriptedSource } from '../../src/testing/scriptedSource.js';

afterEach(cleanup);

/** A run that is already streaming. */
async function running(): Promise<Generation<string>> {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  void generation.start('hello');
  source.text('Hello');
  await expect.poll(() => generation.getSnapshot().status).toBe('streaming');
  return generation;
}

function Chat({
  name,
  generation,
  children,
}: {
  name: string;
  generation: Generation<string>;
  children?: ReactNode;
}) {
  const ref = useRef<HTMLElement>(null);
  useStopOnEscape(generation, { within: ref });
  return (
    <section ref={ref} aria-label={name}>
      <textarea aria-label={`${name} draft`} />
      {children}
    </section>
  );
}

const show = (page: ReactNode): void => {
  render(page, { wrapper: StrictMode });
};
const escape = (): Promise<void> => userEvent.keyboard('{Escape}');
const statusOf = (generation: Generation<string>): string => generation.getSnapshot().status;
const press = (init: KeyboardEventInit): void => {
  (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true, ...init }),
  );
};

test('Escape stops the only answer that runs, wherever the focus is', async () => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  await escape();
  expect(statusOf(only)).toBe('stopped');
  expect(only.getSnapshot().stopRecord).toMatchObject({ by: 'user', reason: 'user' });
});

test('of two answers that run, Escape stops the one that contains the focus', async () => {
  const left = await running();
  const right = await running();
  show(
    <>
      <Chat name="left" generation={left} />
      <Chat name="right" generation={right} />
    </>,
  );
  await escape();
  expect([statusOf(left), statusOf(right)]).toEqual(['streaming', 'streaming']);
  screen.getByLabelText('right draft').focus();
  await escape();
  expect([statusOf(left), statusOf(right)]).toEqual(['streaming', 'stopped']);
  await escape();
  expect(statusOf(left)).toBe('stopped');
});

test('of nested chats, Escape stops the inner one first', async () => {
  const outer = await running();
  const inner = await running();
  show(
    <Chat name="outer" generation={outer}>
      <Chat name="inner" generation={inner} />
    </Chat>,
  );
  screen.getByLabelText('inner draft').focus();
  await escape();
  expect([statusOf(outer), statusOf(inner)]).toEqual(['streaming', 'stopped']);
});

test('J6: Escape that ends a composition does not stop the answer, and a plain one does', async () => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  screen.getByLabelText('only draft').focus();
  press({ isComposing: true });
  // oxlint-disable-next-line typescript/no-deprecated -- what some input methods say
  press({ keyCode: 229 });
  expect(statusOf(only)).toBe('streaming');
  document.activeElement?.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
  const endedAt = performance.now();
  press({});
  // Only a press that was really within the 50 ms says something.
  if (performance.now() - endedAt < 50) expect(statusOf(only)).toBe('streaming');
  await expect
    .poll(() => {
      press({});
      return statusOf(only);
    })
    .toBe('stopped');
  expect(performance.now() - endedAt).toBeGreaterThanOrEqual(49);
});

test('J6: an Escape that somebody else has used does not stop the answer', async () => {
  const only = await running();
  show(
    <Chat name="only" generation={only}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- stands for a widget of the app */}
      <div onKeyDown={(event) => event.preventDefault()}>
        <input aria-label="search" />
      </div>
    </Chat>,
  );
  screen.getByLabelText('search').focus();
  await escape();
  expect(statusOf(only)).toBe('streaming');
});

test.each([
  ['a modal dialog', '<dialog>Sure?</dialog>'],
  ['a dialog of a library', '<div role="dialog">Sure?</div>'],
  ['a menu', '<div role="menu"><div role="menuitem">Rename</div></div>'],
  ['a popover', '<div popover>More</div>'],
])('J6: %s that is open is closed first; the next Escape stops', async (_, html) => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML = html;
  const opened = host.firstElementChild;
  if (opened instanceof HTMLDialogElement) opened.showModal();
  else if (opened instanceof HTMLElement && opened.popover !== null) opened.showPopover();
  // A library closes on the key itself, before the page's own listeners are asked.
  document.addEventListener('keydown', () => host.replaceChildren(), { once: true });
  await escape();
  expect(statusOf(only)).toBe('streaming');
  await escape();
  expect(statusOf(only)).toBe('stopped');
  host.remove();
});

test('a dialog that is hidden, and a toast, do not stand in the way of Escape', async () => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML = '<div role="dialog" hidden>Cookies</div><div popover="manual">Saved</div>';
  if (host.lastElementChild instanceof HTMLElement) host.lastElementChild.showPopover();
  await escape();
  expect(statusOf(only)).toBe('stopped');
  host.remove();
});

test('a menu that is always there, and a banner that waits for an answer, do not stand in the way of Escape', async () => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML =
    '<ul role="menu"><li role="menuitem">Chats</li></ul><dialog open>Cookies?</dialog><div role="dialog">News</div>';
  screen.getByLabelText('only draft').focus();
  await escape();
  expect(statusOf(only)).toBe('stopped');
  host.remove();
});

test('an answer whose chat is a panel of its own is stopped from its text box', async () => {
  const only = await running();
  show(
    <div role="dialog" aria-label="Assistant">
      <Chat name="only" generation={only} />
    </div>,
  );
  screen.getByLabelText('only draft').focus();
  await escape();
  expect(statusOf(only)).toBe('stopped');
});

test.each([
  ['a dialog that has the focus', '<div role="dialog"><input></div>'],
  [
    'a menu that has the focus',
    '<div role="menu"><div role="menuitem" tabindex="-1">Rename</div></div>',
  ],
  ['a dialog of a library that is modal', '<div role="dialog" aria-modal="true">Sure?</div>'],
])('%s comes first, though it is still there after the key', async (_, html) => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  const host = document.body.appendChild(document.createElement('div'));
  host.innerHTML = html;
  host.querySelector<HTMLElement>('input, [tabindex]')?.focus();
  await escape();
  expect(statusOf(only)).toBe('streaming');
  host.remove();
  await escape();
  expect(statusOf(only)).toBe('stopped');
});

test('a key that is held down stops nothing after it has closed something', async () => {
  const only = await running();
  show(<Chat name="only" generation={only} />);
  press({ repeat: true });
  expect(statusOf(only)).toBe('streaming');
});

test('with enabled: false, and after the component has gone, Escape does nothing', async () => {
  const only = await running();
  function Page({ enabled }: { enabled: boolean }) {
    useStopOnEscape(only, { enabled });
    return null;
  }
  const { rerender, unmount } = render(<Page enabled={false} />);
  await escape();
  expect(statusOf(only)).toBe('streaming');
  rerender(<Page enabled />);
  unmount();
  await escape();
  expect(statusOf(only)).toBe('streaming');
  act(() => only.dispose());
});
