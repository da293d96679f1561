import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFiles, type SourceFile } from './sourceFiles.js';

/** Who may import whom; the same table stands in CONTRIBUTING.md. The first match counts. */
const TABLE: readonly { folder: string; mayImport: readonly string[] }[] = [
  { folder: 'core/', mayImport: [] },
  { folder: 'formats/', mayImport: ['core/', 'eventsource-parser'] },
  {
    folder: 'react/',
    mayImport: [
      'core/',
      'formats/fetchSource',
      'formats/requestStopAt',
      'formats/Format',
      'react',
      '@tanstack/react-query',
    ],
  },
  { folder: 'components/', mayImport: ['react/', 'core/', 'clsx', 'react', 'react-dom'] },
  {
    folder: 'backends/alicia/server/',
    mayImport: ['server/', 'formats/', 'core/', 'backends/alicia/', '@msgpack/msgpack', 'node:'],
  },
  { folder: 'backends/', mayImport: ['core/', 'formats/', '@msgpack/msgpack'] },
  {
    folder: 'adapters/aiSdk/server/',
    mayImport: ['server/', 'formats/', 'core/', 'adapters/aiSdk/', 'ai'],
  },
  {
    folder: 'adapters/assistantUi/',
    mayImport: ['react/', 'core/', 'react', '@assistant-ui/react'],
  },
  { folder: 'adapters/', mayImport: ['react/', 'core/', 'formats/', 'react'] },
  { folder: 'server/redis/', mayImport: ['server/', 'core/', 'node:'] },
  {
    folder: 'server/',
    mayImport: [
      'core/',
      'formats/plainText',
      'formats/stopkitStream',
      'formats/Format',
      'node:',
      '@opentelemetry/api',
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
    : target === allowed || target === `${allowed}.js` || target.startsWith(`${allowed}/`);

describe('the import table', () => {
  const files = sourceFiles();

  test.each(TABLE)('$folder imports only what it may', ({ folder, mayImport }) => {
    const own = files.filter(
      ({ path }) => TABLE.find((row) => path.startsWith(row.folder))?.folder === folder,
    );
    const strays = own.flatMap((file) =>
      file.imports
        .map(({ from }) => targetOf(file, from))
        .filter((target) => !target.startsWith(folder))
        .filter((target) => !mayImport.some((allowed) => within(target, allowed)))
        .map((target) => `src/${file.path} imports ${target}`),
    );
    expect(strays).toEqual([]);
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
