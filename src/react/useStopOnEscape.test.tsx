// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createGeneration } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useStopOnEscape } from './useStopOnEscape.js';

test('on the server Escape is nobody’s business', () => {
  const generation = createGeneration({ source: scriptedSource() });
  function Page() {
    useStopOnEscape(generation);
    return <p>ready</p>;
  }
  expect(renderToString(<Page />)).toBe('<p>ready</p>');
});
