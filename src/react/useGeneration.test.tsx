import { act, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useGeneration } from './useGeneration.js';

test('under StrictMode one start is one request, and its text is shown', async () => {
  const source = scriptedSource();
  function Page() {
    const answer = useGeneration({ source });
    return (
      <button type="button" onClick={() => void answer.start('hello')}>
        {answer.status}: {answer.text}
      </button>
    );
  }
  render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
  // The unmount that StrictMode pretends is over after one macrotask.
  await act(() => new Promise<void>((resolve) => setTimeout(resolve)));
  const page = screen.getByRole('button');
  act(() => page.click());
  act(() => source.text('Hello back'));
  await expect.poll(() => page.textContent).toBe('streaming: Hello back');
  expect(source.requests).toHaveLength(1);
});
