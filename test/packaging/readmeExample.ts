import { readFileSync } from 'node:fs';

/** The code blocks of the README in one language. */
export function readmeBlocks(language: string): string[] {
  const readme = readFileSync('README.md', 'utf8');
  return [...readme.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)```', 'g'))].map(
    ([, code]) => code ?? '',
  );
}

/** The first example of the README, which is the one that people copy. */
export function readmeExample(): string {
  const [example] = readmeBlocks('tsx');
  if (example === undefined) throw new Error('stopkit: the README has no tsx example.');
  return example;
}
