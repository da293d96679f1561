import { act, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createGeneration } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useGenerationStatus } from './useGenerationStatus.js';

function setUp() {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  let renders = 0;
  function Page() {
    renders += 1;
    return <output>{useGenerationStatus(generation)}</output>;
  }
  return { source, generation, page: <Page />, renders: () => renders };
}

test('a component that shows only the status is not rendered for text', async () => {
  const { source, generation, page, renders } = setUp();
  const { container } = render(page, { wrapper: StrictMode });
  act(() => void generation.start('hello'));
  act(() => source.text('One'));
  await expect.poll(() => generation.getSnapshot().text).toBe('One');
  const before = renders();
  for (const word of ['Two', 'Three', 'Four']) {
    act(() => source.text(word));
    await expect.poll(() => generation.getSnapshot().text).toContain(word);
  }
  expect(renders()).toBe(before);
  act(() => void generation.stop());
  expect(container).toHaveTextContent('stopped');
});

test('on the server the status is idle', () => {
  expect(renderToString(setUp().page)).toBe('<output>idle</output>');
});
