import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../findProgram.js';
import { freePort } from '../../freePort.js';
import { until } from '../until.js';

/** An nginx that passes everything on to one port. */
export interface Nginx {
  port: number;
  stop(): Promise<void>;
}

const findNginx = (): string => findProgram('STOPKIT_NGINX', ['nginx'], 'nginx');

/** Whether there is an nginx to test behind. */
export function hasNginx(): boolean {
  try {
    findNginx();
    return true;
  } catch {
    return false;
  }
}

/** Starts nginx with its default configuration; `location` adds to the one location there is. */
export async function startNginx(upstreamPort: number, location = ''): Promise<Nginx> {
  const program = findNginx();
  const folder = await mkdtemp(join(tmpdir(), 'stopkit-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstreamPort}; ${location} }
  }
}
`,
  );
  const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await until(
    'nginx to answer',
    () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ),
    (answers) => answers,
  );
  return {
    port,
    async stop() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
