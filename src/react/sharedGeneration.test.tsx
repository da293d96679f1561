// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Generation } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useGeneration } from './useGeneration.js';

test('on a server two requests that name the same id share nothing', () => {
  const seen: Generation<string>[] = [];
  function Page() {
    const answer = useGeneration({ id: 'everyone', source: scriptedSource() });
    seen.push(answer);
    return <p>{answer.status}</p>;
  }
  expect(renderToString(<Page />)).toBe('<p>idle</p>');
  expect(renderToString(<Page />)).toBe('<p>idle</p>');
  const [first, second] = seen;
  expect(first?.subscribe).not.toBe(second?.subscribe);
});
