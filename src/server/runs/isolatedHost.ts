/**
 * The other side of `runIsolated`. It is text, because a thread or a process must be able to start
 * it wherever a bundler has put the rest; it takes the next value only when the last one was taken.
 */
export const ISOLATED_HOST = `
import('node:worker_threads').then(({ parentPort }) => {
  const stopping = new AbortController();
  let more = () => {};
  const say = (message) => parentPort === null ? process.send(message) : parentPort.postMessage(message);
  const run = async (module, input) => {
    try {
      const { default: generate } = await import(module);
      for await (const value of generate(input, { signal: stopping.signal })) {
        if (stopping.signal.aborted) break;
        const asked = new Promise((resolve) => { more = resolve; });
        say({ stopkit: 'value', value });
        await asked;
        if (stopping.signal.aborted) break;
      }
      say({ stopkit: 'end' });
    } catch (error) {
      say({ stopkit: 'error', message: error instanceof Error ? error.message : String(error) });
    }
  };
  (parentPort ?? process).on('message', (message) => {
    if (message.type === 'start') void run(message.module, message.input);
    if (message.type === 'stop') stopping.abort();
    if (message.type !== 'start') more();
  });
  // The one that started this process is gone: what runs here may clean up, and does not go on.
  if (parentPort === null) process.once('disconnect', () => {
    stopping.abort();
    more();
    setTimeout(() => process.exit(), 500);
  });
  say({ stopkit: 'ready' });
});
`;
