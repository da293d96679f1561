// Two nodes behind one address, which sends every request to the other node than the one before.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import { openRedis } from './openRedis';

const { PORT = '3000' } = process.env;

// What was started goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());

const redis = await openRedis();
if (redis === null) {
  console.error('There is no Redis here. Set REDIS_URL, or install redis-server.');
  process.exit(1);
}

const nodes = await Promise.all(
  ['A', 'B'].map(async (NODE) => {
    const child = fork('server.ts', { env: { ...process.env, NODE, REDIS: redis } });
    child.once('exit', () => process.exit(1));
    const [port] = (await once(child, 'message')) as [number];
    return `http://127.0.0.1:${port}`;
  }),
);

const proxy = createProxyServer();
proxy.on('error', (_error, _req, res) => res.end());
let requests = 0;
const front = createServer((req, res) => {
  if (req.url?.startsWith('/api/')) requests += 1;
  proxy.web(req, res, { target: nodes[requests % nodes.length] });
});
front.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
