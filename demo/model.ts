// A scripted model in a process of its own: it makes one token per interval and counts what it made.
import { createServer } from 'node:http';

const WORDS =
  'A proxy that tells the truth reads only as fast as its reader drinks, and when the reader leaves, it closes the connection to the model at once. '.split(
    /(?<= )/,
  );

const port = Number(process.env.MODEL_PORT ?? 0);
const intervalMs = Number(process.env.MODEL_INTERVAL_MS ?? 20);
const log = { requests: 0, tokens: 0, closed: 0 };

const server = createServer((req, res) => {
  if (req.url === '/log') {
    res.setHeader('content-type', 'application/json').end(JSON.stringify(log));
    return;
  }
  log.requests += 1;
  res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  let at = 0;
  const timer = setInterval(() => {
    if (at === 2000) {
      clearInterval(timer);
      res.end();
      return;
    }
    res.write(WORDS[at++ % WORDS.length]);
    log.tokens += 1;
  }, intervalMs);
  res.on('close', () => {
    clearInterval(timer);
    if (!res.writableEnded) log.closed += 1;
  });
});

server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  console.log(`model ${typeof address === 'object' && address !== null ? address.port : port}`);
});
