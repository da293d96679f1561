import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Scenario } from './Scenario.js';

const EXTERNAL = [
  'react',
  'react-dom',
  'react-markdown',
  'remark-gfm',
  'streamdown',
  'stopkit/styles.css',
];

/** What each contestant adds to a page that has React, its own page of the bench included. */
export const size: Scenario = async ({ results, contestants, attempt }) => {
  for (const contestant of contestants) {
    const measure = 'kB gzip over React';
    await attempt(contestant, measure, async () => {
      const folder = contestant.peer === true ? '../peers' : '../page';
      const { outputFiles } = await build({
        stdin: {
          contents: `export { mount } from './${contestant.name}';`,
          resolveDir: fileURLToPath(new URL(`${folder}/contestants`, import.meta.url)),
        },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        conditions: ['import', 'module', 'browser'],
        jsx: 'automatic',
        loader: { '.css': 'empty' },
        define: { 'process.env.NODE_ENV': '"production"' },
        external: EXTERNAL,
        logLevel: 'silent',
        tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
      });
      const bytes = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents).length, 0);
      results.add(measure, contestant.name, bytes / 1_000);
    });
  }
};
