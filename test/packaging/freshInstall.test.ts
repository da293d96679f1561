import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { startAnswerServer } from './answerServer.js';
import { driveExample, serveAndDrive } from './driveExample.js';
import { startNextApp, writeNextApp } from './nextApp.js';
import { pack } from './pack.js';
import { writeViteApp } from './viteApp.js';
import { LONG } from '../tier.js';

const COMMON = { typescript: '^6.0.0', vite: '^8.0.0', '@vitejs/plugin-react': '^6.0.0' };

const APPS = [
  { title: 'React 19', react: '^19.0.0', extra: { '@tanstack/react-query': '^5.0.0' } },
  { title: 'React 18.3', react: '^18.3.0', extra: { '@tanstack/react-query': '^5.0.0' } },
  { title: 'React 19 without react-query', react: '^19.0.0', extra: {} },
];

describe.skipIf(!LONG)('a fresh install from the tarball', () => {
  test.each(APPS)('works in a new Vite app on $title', async ({ react, extra }) => {
    const tarball = pack();
    const app = mkdtempSync(join(tmpdir(), 'stopkit-app-'));
    const types = react.replace('.3.0', '.0.0');
    const run = (command: string, args: string[]): void => {
      execFileSync(command, args, { cwd: app, stdio: 'pipe' });
    };
    try {
      writeViteApp(app, {
        name: 'app',
        private: true,
        type: 'module',
        dependencies: { stopkit: `file:${tarball}`, react, 'react-dom': react, ...extra },
        devDependencies: { ...COMMON, '@types/react': types, '@types/react-dom': types },
      });
      run('npm', ['install', '--no-audit', '--no-fund']);
      run('npx', ['tsc', '-p', 'tsconfig.json']);
      run('npx', ['vite', 'build', '--logLevel', 'error']);
      await serveAndDrive(join(app, 'dist'));
    } finally {
      rmSync(app, { recursive: true, force: true });
    }
  });

  test('works in a new Next app, where a component of the server imports the kit', async () => {
    const tarball = pack();
    const app = mkdtempSync(join(tmpdir(), 'stopkit-next-'));
    const run = (command: string, args: string[]): void => {
      const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const;
      const { status, stdout, stderr } = spawnSync(command, args, {
        cwd: app,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}\n${stderr}`);
    };
    const model = await startAnswerServer(app);
    try {
      writeNextApp(app, {
        name: 'app',
        private: true,
        dependencies: {
          stopkit: `file:${tarball}`,
          next: '^16.0.0',
          react: '^19.0.0',
          'react-dom': '^19.0.0',
          typescript: '^5.9.0',
          '@types/node': '^20.0.0',
          '@types/react': '^19.0.0',
        },
      });
      run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund']);
      run('npx', ['next', 'build']);
      const next = await startNextApp(app, `${model.url}api/chat`);
      try {
        await driveExample(next.url, model.counts);
      } finally {
        next.process.kill();
      }
    } finally {
      model.close();
      rmSync(app, { recursive: true, force: true });
    }
  });
});
