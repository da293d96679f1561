import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectConfiguration, type ViteUserConfig } from 'vitest/config';
import { BROWSER_ARGS, findBrowser } from './scripts/browser.mjs';
import { LONG } from './test/tier.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, { default: string } | string>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

/** Every public entry as it is in `src`: what `package.json` exports is the only list. */
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  // The stylesheet is copied.
  typeof target === 'string' || target.default.endsWith('.css')
    ? []
    : [{ subpath, source: target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts') }],
);

/** The commands, which are built but not imported. */
const commands = Object.values(manifest.bin).map((target) =>
  target.replace('./dist/', 'src/').replace(/\.js$/, '.ts'),
);

const outside = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.peerDependencies),
  'node:',
];

/** `stopkit/x` means the source in tests, stories and the demo. */
export const alias = entries
  .map(({ subpath, source }) => ({
    find: new RegExp(`^stopkit${subpath.slice(1)}$`),
    replacement: `${root}${source}`,
  }))
  .concat([{ find: /^stopkit\/styles\.css$/, replacement: `${root}src/styles.css` }]);

/** React 18.3 in place of the project's own, from a private workspace. */
const onReact18 = [
  { find: /^react(\/.*)?$/, replacement: `${root}test/react-18/node_modules/react$1` },
  { find: /^react-dom(\/.*)?$/, replacement: `${root}test/react-18/node_modules/react-dom$1` },
  {
    find: /^@testing-library\/react$/,
    replacement: `${root}node_modules/@testing-library/react/dist/@testing-library/react.esm.js`,
  },
];

/** What is waited for may take its time on a busy machine. */
const PATIENT = { poll: { timeout: 15_000 } };

/** Suites in a browser that the quick tier has elsewhere: in Node, or in part. */
const ONLY_LONG = [
  'test/e2e/aiSdk{,Resume}.test.ts',
  'test/e2e/assistantUi.test.ts',
  'test/e2e/conversations/{adapters,hiddenTabs}.test.ts',
  'test/e2e/demo/models.test.ts',
];

const inNode: TestProjectConfiguration[] = [
  {
    extends: true,
    test: {
      name: 'node',
      environment: 'node',
      isolate: false,
      include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'],
      testTimeout: 30_000,
      expect: PATIENT,
    },
  },
  {
    extends: true,
    test: {
      name: 'server',
      environment: 'node',
      isolate: false,
      include: ['test/server/**/*.test.ts'],
      expect: PATIENT,
      testTimeout: LONG ? 1_800_000 : 60_000,
      hookTimeout: 60_000,
    },
  },
  {
    extends: true,
    test: {
      name: 'packaging',
      environment: 'node',
      include: ['test/packaging/**/*.test.ts'],
      expect: PATIENT,
      testTimeout: LONG ? 600_000 : 120_000,
      hookTimeout: 120_000,
    },
  },
  {
    extends: true,
    test: {
      name: 'dom',
      environment: 'jsdom',
      isolate: false,
      include: ['src/**/*.test.tsx'],
      setupFiles: ['test/setupDom.ts'],
      testTimeout: 30_000,
      expect: PATIENT,
    },
  },
  {
    extends: true,
    resolve: { alias: [...alias, ...onReact18] },
    test: {
      name: 'dom-18',
      environment: 'jsdom',
      isolate: false,
      env: { VITEST_REACT: '18' },
      include: ['src/**/*.test.tsx'],
      // Its packages would all have to be inlined; its suite in a browser runs on React 18 too.
      exclude: ['src/adapters/assistantUi/**'],
      setupFiles: ['test/setupDom.ts'],
      testTimeout: 30_000,
      expect: PATIENT,
      // What is not inlined imports the project's own React, past the alias.
      server: { deps: { inline: [/@testing-library\/react/, /@tanstack/, 'clsx'] } },
    },
  },
  {
    extends: true,
    test: {
      name: 'e2e',
      environment: 'node',
      isolate: false,
      include: ['test/e2e/**/*.test.ts'],
      exclude: LONG ? [] : ONLY_LONG,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: PATIENT,
    },
  },
];

/** Whether a project is run: what only it needs is read then, because some of it takes seconds to read. */
const isRun = (project: string): boolean =>
  !process.argv.includes('--project') || process.argv.includes(project);

async function chromium() {
  const { playwright } = await import('@vitest/browser-playwright');
  const executablePath = findBrowser() ?? undefined;
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({
      launchOptions: {
        args: BROWSER_ARGS,
        ...(executablePath === undefined ? {} : { executablePath }),
      },
    }),
    instances: [{ browser: 'chromium' as const }],
  };
}

async function inBrowser(): Promise<TestProjectConfiguration> {
  return {
    extends: true,
    test: {
      name: 'browser',
      isolate: false,
      include: ['test/browser/**/*.test.{ts,tsx}'],
      testTimeout: 30_000,
      expect: PATIENT,
      browser: await chromium(),
    },
  };
}

async function inStories(): Promise<TestProjectConfiguration> {
  const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin');
  return {
    extends: true,
    plugins: [storybookTest({ configDir: `${root}.storybook` })],
    test: { name: 'stories', isolate: false, testTimeout: 30_000, browser: await chromium() },
  };
}

const projects = async (): Promise<TestProjectConfiguration[]> => [
  ...inNode,
  ...(isRun('browser') ? [await inBrowser()] : []),
  ...(isRun('stories') ? [await inStories()] : []),
];

export default defineConfig(async ({ mode }): Promise<ViteUserConfig> => ({
  plugins: [react()],
  resolve: { alias },
  build: {
    lib: { entry: [...entries.map(({ source }) => source), ...commands], formats: ['es'] },
    minify: false,
    target: 'es2022',
    rolldownOptions: {
      external: (id) =>
        outside.some((name) => id === name || id.startsWith(`${name}/`) || id.startsWith('node:')),
      output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
    },
  },
  // Building needs none of it.
  ...(mode === 'test' ? { test: { projects: await projects() } } : {}),
}));
