import { readdirSync, readFileSync } from 'node:fs';

/** A file of `src` that users get: no tests, no stories. */
export interface SourceFile {
  /** Such as "core/transition.ts". */
  path: string;
  lines: number;
  /** What it imports, as written, with whether only types are taken. */
  imports: { from: string; typesOnly: boolean }[];
}

const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\('([^']+)'\)/g;

/** The files of `src` that are published. */
export function sourceFiles(): SourceFile[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|test-d|stories|fixtures)\.tsx?$/.test(path))
    .map((path) => {
      const text = readFileSync(`src/${path}`, 'utf8');
      const fixed = [...text.matchAll(IMPORT)].map(([, type, from]) => ({
        from: from ?? '',
        typesOnly: type !== undefined,
      }));
      const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map(([, from]) => ({
        from: from ?? '',
        typesOnly: false,
      }));
      return { path, lines: text.trimEnd().split('\n').length, imports: [...fixed, ...dynamic] };
    });
}
