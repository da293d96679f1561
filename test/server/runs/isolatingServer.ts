// A server whose run lives in a process of its own, and which is killed by a test.
import { runIsolated } from 'stopkit/server';

const { MODULE = '', FILE: file } = process.env;
const options = { signal: new AbortController().signal, isolation: 'process' } as const;
for await (const piece of runIsolated(new URL(MODULE), { file, kind: 'holds' }, options)) {
  if (piece === 'first ') console.log('{}');
  else await new Promise(() => undefined);
}
