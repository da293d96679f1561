import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { alias } from '../vite.config.js';

const peers = new URL('./peers/', import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', peers), 'utf8')) as {
  dependencies: Record<string, string>;
};
// A peer that is not installed fails on its own page, where the bench can name it.
const missing = Object.keys(dependencies).filter(
  (name) => !existsSync(new URL(`node_modules/${name}/package.json`, peers)),
);

export default defineConfig({
  root: fileURLToPath(new URL('./page', import.meta.url)),
  plugins: [react()],
  resolve: { alias, dedupe: ['react', 'react-dom'] },
  build: {
    target: 'es2022',
    rolldownOptions: { external: missing },
  },
});
