import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFiles, type SourceFile } from './sourceFiles.js';

/** Who may import whom; CONTRIBUTING.md tells it in short. The first match counts. */
const TABLE: readonly { folder: string; mayImport: readonly string[] }[] = [
  { folder: 'core/', mayImport: [] },
  { folder: 'formats/', mayImport: ['core/', 'eventsource-parser'] },
  {
    folder: 'react/',
    mayImport: [
      'core/',
      'formats/fetchSource',
      'formats/requestStopAt',
      'react',
      '@tanstack/react-query',
    ],
  },
  { folder: 'components/', mayImport: ['react/', 'core/', 'clsx/lite', 'react'] },
  {
    folder: 'backends/alicia/server/',
    mayImport: ['server/', 'core/', 'backends/alicia/'],
  },
  { folder: 'backends/', mayImport: ['core/', 'formats/', '@msgpack/msgpack'] },
  {
    folder: 'adapters/aiSdk/server/',
    mayImport: ['server/', 'formats/', 'core/', 'adapters/aiSdk/'],
  },
  {
    folder: 'adapters/assistantUi/',
    mayImport: ['core/', 'react', '@assistant-ui/react'],
  },
  { folder: 'adapters/', mayImport: ['react/', 'core/', 'formats/'] },
  { folder: 'server/redis/', mayImport: ['server/', 'core/'] },
  {
    folder: 'server/',
    mayImport: [
      'core/',
      'formats/plainText',
      'formats/stopkitStream',
      'formats/Format',
      'node:',
      'rate-limiter-flexible',
    ],
  },
  { folder: 'cli/', mayImport: ['backends/', 'core/', 'node:'] },
  { folder: 'testing/', mayImport: ['core/'] },
];

const targetOf = (file: SourceFile, from: string): string =>
  from.startsWith('.') ? posix.join(posix.dirname(file.path), from) : from;

const within = (target: string, allowed: string): boolean =>
  allowed.endsWith('/') || allowed.endsWith(':')
    ? target.startsWith(allowed)
    : target === allowed || target === `${allowed}.js`;

describe('the import table', () => {
  const files = sourceFiles();
  /** What the files of a row import from elsewhere. */
  const importsOf = (folder: string): { by: string; target: string }[] =>
    files
      .filter(({ path }) => TABLE.find((row) => path.startsWith(row.folder))?.folder === folder)
      .flatMap((file) =>
        file.imports.map(({ from }) => ({ by: file.path, target: targetOf(file, from) })),
      )
      .filter(({ target }) => !target.startsWith(folder));

  test.each(TABLE)('$folder imports only what it may', ({ folder, mayImport }) => {
    const strays = importsOf(folder)
      .filter(({ target }) => !mayImport.some((allowed) => within(target, allowed)))
      .map(({ by, target }) => `src/${by} imports ${target}`);
    expect(strays).toEqual([]);
  });

  test.each(TABLE)('$folder may import only what it does', ({ folder, mayImport }) => {
    const targets = importsOf(folder).map(({ target }) => target);
    const unused = mayImport.filter(
      (allowed) => !targets.some((target) => within(target, allowed)),
    );
    expect(unused).toEqual([]);
  });

  test('every folder of src stands in the table', () => {
    const strangers = files.filter(
      ({ path }) => path.includes('/') && !TABLE.some(({ folder }) => path.startsWith(folder)),
    );
    expect(strangers.map(({ path }) => path)).toEqual([]);
  });

  test('the table sees a forbidden import', () => {
    expect(within('react/useClock.js', 'core/')).toBe(false);
    expect(within('formats/fetchSource.js', 'formats/fetchSource')).toBe(true);
    expect(within('formats/openai.js', 'formats/fetchSource')).toBe(false);
    expect(within('react/useClock.js', 'react')).toBe(false);
  });

  test('outside a terminal only what cannot do without Node imports it', () => {
    const own = files.filter(
      ({ path, imports }) =>
        !path.startsWith('cli/') &&
        imports.some(({ from, typesOnly }) => from.startsWith('node:') && !typesOnly),
    );
    expect(own.map(({ path }) => path).toSorted()).toEqual([
      'server/adapters/nodeHandler.ts',
      'server/runs/isolatedHost.ts',
      'server/runs/runIsolated.ts',
    ]);
  });

  test('no file of src is longer than 220 lines', () => {
    expect(files.filter(({ lines }) => lines > 220).map(({ path }) => path)).toEqual([]);
  });
});
