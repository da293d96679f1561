// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createGeneration } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { useOutbox } from './useOutbox.js';

test('on a server what one person has written never reaches another', () => {
  // One that lives as long as the server does.
  const generation = createGeneration({ source: scriptedSource() });
  function Page({ write }: { write?: string }) {
    const outbox = useOutbox(generation, { onSend: () => undefined, queues: true });
    if (write !== undefined) outbox.write(write);
    return <p>{outbox.draft}</p>;
  }
  renderToString(<Page write="a secret" />);
  expect(renderToString(<Page />)).toBe('<p></p>');
});
