import { execFileSync } from 'node:child_process';
import { freePort } from '../../freePort.js';
import { type StartedRedis, startRedis } from './startRedis.js';

/** Three Redis masters that share the slots between them. */
export async function startCluster(): Promise<{ ports: number[]; stop(): Promise<void> }> {
  const servers: StartedRedis[] = [];
  for (let at = 0; at < 3; at += 1) {
    servers.push(
      await startRedis([
        '--cluster-enabled',
        'yes',
        // By default ten thousand above the port, which may not be a port at all.
        '--cluster-port',
        String(await freePort()),
      ]),
    );
  }
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  return {
    ports: servers.map(({ port }) => port),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
