import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type * as Ai from 'ai';

/** The majors of the AI SDK that are supported. */
export type AiMajor = 5 | 6 | 7;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The folder that holds the packages of a major; that of 6 is the project's own. */
export const aiFolder = (major: AiMajor): string =>
  major === 6 ? ROOT : join(ROOT, 'test', `ai-${major}`);

async function load(folder: string, name: string): Promise<unknown> {
  const own = join(folder, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
    exports: { '.': { import: string | { default: string } } };
  };
  const { import: entry } = manifest.exports['.'];
  const file = typeof entry === 'string' ? entry : entry.default;
  return import(pathToFileURL(join(own, file)).href);
}

/** The SDK of a major with its provider; what is used of it is alike in all three. */
export async function loadAi(
  major: AiMajor,
): Promise<{ ai: typeof Ai; createProvider: typeof createOpenAICompatible }> {
  const folder = aiFolder(major);
  const { createOpenAICompatible: createProvider } = (await load(
    folder,
    '@ai-sdk/openai-compatible',
  )) as { createOpenAICompatible: typeof createOpenAICompatible };
  return { ai: (await load(folder, 'ai')) as typeof Ai, createProvider };
}
