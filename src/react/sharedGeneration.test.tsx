// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import type { Generation } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useGeneration } from './useGeneration.js';

test('on a server two requests that name the same id share nothing, and React complains of nothing', () => {
  const complaints = vi.spyOn(console, 'error');
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
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
});
