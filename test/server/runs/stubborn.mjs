// A module that says something and then computes without ever looking up.
import { rmSync, writeFileSync } from 'node:fs';

export default async function* stubborn({ file, kind }, { signal }) {
  writeFileSync(file, 'temporary');
  if (kind === 'listens') {
    try {
      yield 'first ';
      yield 'second';
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
    } finally {
      rmSync(file);
    }
    return;
  }
  if (kind === 'holds') {
    writeFileSync(file, String(process.pid));
    setInterval(() => undefined, 1_000);
  }
  yield 'first ';
  yield 'second';
  if (kind === 'ends') return;
  if (kind === 'throws') throw new Error('It broke.');
  for (;;);
}
