import { act, cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { StatusAnnouncer } from '../../src/components/StatusAnnouncer.js';
import { createGeneration } from '../../src/core/index.js';
import { scriptedSource } from '../../src/testing/scriptedSource.js';

afterEach(cleanup);

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
