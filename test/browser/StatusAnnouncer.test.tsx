import { act, cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { announce } from '../../src/components/announce.js';
import { StatusAnnouncer } from '../../src/components/StatusAnnouncer.js';
import { createGeneration } from '../../src/core/index.js';
import { scriptedSource } from '../../src/testing/scriptedSource.js';

afterEach(async () => {
  cleanup();
  // What is said in one task is heard as one: the next test has its own.
  await new Promise((resolve) => setTimeout(resolve));
});

const region = () => document.querySelector('[role="status"]');

test('in a modal dialog the words are said inside it, and on the page when it has closed', async () => {
  const generation = createGeneration({ source: scriptedSource() });
  const { container } = render(
    <dialog>
      <StatusAnnouncer generation={generation} />
    </dialog>,
  );
  const dialog = container.querySelector('dialog');
  expect(region()?.parentElement).toBe(document.body);
  dialog?.showModal();
  act(() => void generation.start('Hi'));
  // It is there before it says anything, or it would not be heard.
  expect(region()?.parentElement).toBe(dialog);
  expect(region()?.textContent).toBe('');
  await expect.poll(() => region()?.textContent).toBe('Generating answer');
  await act(() => generation.stop());
  expect(region()?.textContent).toBe('Stopped before the first word');

  dialog?.close();
  act(() => void generation.start('Hi'));
  expect(region()?.parentElement).toBe(document.body);
  await expect.poll(() => region()?.textContent).toBe('Generating answer');
  expect(document.querySelectorAll('[role="status"]')).toHaveLength(1);
  await act(() => generation.stop());
});

/** What hides it, as props: of CSS, or as attributes. */
const toProps = (closed: object): object =>
  'display' in closed || 'visibility' in closed ? { style: closed } : closed;

test.each([
  { display: 'none' },
  { visibility: 'hidden' },
  { 'aria-hidden': true },
  { inert: true },
])(
  'in a dialog of a library, which hides all beside it, the words are said inside it while it is shown (closed by %j)',
  async (closed) => {
    const generation = createGeneration({ source: scriptedSource() });
    const chat = (isOpen: boolean) => (
      <>
        <StatusAnnouncer generation={generation} />
        <div role="dialog" aria-modal="true" {...(isOpen ? {} : toProps(closed))}>
          A chat
        </div>
      </>
    );
    const { container, rerender } = render(chat(true));
    // As the library does with all that stands beside its dialog.
    region()?.setAttribute('aria-hidden', 'true');
    act(() => void generation.start('Hi'));
    expect(region()?.parentElement).toBe(container.querySelector('[role="dialog"]'));
    expect(region()?.hasAttribute('aria-hidden')).toBe(false);
    await expect.poll(() => region()?.textContent).toBe('Generating answer');
    rerender(chat(false));
    await act(() => generation.stop());
    expect(region()?.parentElement).toBe(document.body);
    await expect.poll(() => region()?.textContent).toBe('Stopped before the first word');
  },
);

test('what is said in a dialog that is closed at once, and kept, is heard on the page, and the other way round', async () => {
  const { container } = render(<dialog>A chat</dialog>);
  const dialog = container.querySelector('dialog');
  dialog?.showModal();
  announce('Answer complete');
  dialog?.close();
  await expect.poll(() => region()?.textContent).toBe('Answer complete');
  expect(region()?.parentElement).toBe(document.body);
  region()?.remove();
  announce('Stopped');
  dialog?.showModal();
  await expect.poll(() => region()?.textContent).toBe('Stopped');
  expect(region()?.parentElement).toBe(dialog);
});

test('a menu of a library that hides all beside it, the region too, and is no modal dialog, keeps nothing silent', async () => {
  const generation = createGeneration({ source: scriptedSource() });
  render(<StatusAnnouncer generation={generation} />);
  const hide = () => region()?.setAttribute('aria-hidden', 'true');
  region()?.toggleAttribute('inert', true);
  hide();
  act(() => void generation.start('Hi'));
  // It is hidden no more before it says anything, or it would not be heard.
  expect(region()?.hasAttribute('aria-hidden')).toBe(false);
  expect(region()?.hasAttribute('inert')).toBe(false);
  expect(region()?.textContent).toBe('');
  await expect.poll(() => region()?.textContent).toBe('Generating answer');
  hide();
  await act(() => generation.stop());
  await expect.poll(() => region()?.textContent).toBe('Stopped before the first word');
  expect(region()?.hasAttribute('aria-hidden')).toBe(false);
});

test('a region that went away with its dialog is there again, empty, before it says anything', async () => {
  const generation = createGeneration({ source: scriptedSource() });
  const chat = (isOpen: boolean) => (
    <>
      <StatusAnnouncer generation={generation} />
      {isOpen && <dialog />}
    </>
  );
  const { container, rerender } = render(chat(true));
  container.querySelector('dialog')?.showModal();
  act(() => void generation.start('Hi'));
  await expect.poll(() => region()?.textContent).toBe('Generating answer');
  rerender(chat(false));
  expect(region()).toBeNull();
  await act(() => generation.stop());
  expect(region()?.textContent).toBe('');
  await expect.poll(() => region()?.textContent).toBe('Stopped before the first word');
});

test('J2: what is said in a dialog that closes with it is heard on the page', async () => {
  const generation = createGeneration({ source: scriptedSource() });
  const chat = (isOpen: boolean) => (
    <>
      <StatusAnnouncer generation={generation} />
      {isOpen && <dialog />}
    </>
  );
  void generation.start('Hi');
  const { container, rerender } = render(chat(true));
  const dialog = container.querySelector('dialog');
  dialog?.showModal();
  act(() => void generation.stop());
  expect(region()?.parentElement).toBe(dialog);
  rerender(chat(false));
  await expect.poll(() => region()?.textContent).toBe('Stopped before the first word');
  expect(region()?.parentElement).toBe(document.body);
});

test('words that come while a region waits to be known are said when it is', async () => {
  const { container } = render(
    <dialog>
      <StatusAnnouncer generation={createGeneration({ source: scriptedSource() })} />
    </dialog>,
  );
  container.querySelector('dialog')?.showModal();
  announce('Stopping');
  announce('Stopped');
  expect(region()?.textContent).toBe('');
  await expect.poll(() => region()?.textContent).toBe('Stopping. Stopped');
});

test('an alert that waits for its dialog is not called off by a status', async () => {
  const { container } = render(
    <dialog>
      <StatusAnnouncer generation={createGeneration({ source: scriptedSource() })} />
    </dialog>,
  );
  container.querySelector('dialog')?.showModal();
  announce('The answer failed.', 'alert');
  announce('Queued');
  await expect.poll(() => region()?.textContent).toBe('Queued');
  expect(document.querySelector('[role="alert"]')?.textContent).toBe('The answer failed.');
});
