import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readmeExample } from './readmeExample.js';

const FILES: Record<string, string> = {
  'index.html':
    '<!doctype html><html lang="en"><head><title>App</title></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>\n',
  'src/main.tsx': `import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Answer } from './Answer';

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<StrictMode><Answer /></StrictMode>);
`,
  'vite.config.ts': `import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [react()] });
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2022', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      noEmit: true,
      types: ['vite/client'],
    },
    include: ['src'],
  }),
};

/** Writes the app that a person has after `npm create vite` and a copy of the README's example. */
export function writeViteApp(folder: string, packageJson: object): void {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(packageJson, null, 2));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'src', 'Answer.tsx'), readmeExample());
}
