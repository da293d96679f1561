import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { alias } from '../vite.config.js';

export default defineConfig({
  root: fileURLToPath(new URL('./page', import.meta.url)),
  plugins: [react()],
  resolve: { alias },
  build: { outDir: '../../node_modules/.cache/stopkit/bench', emptyOutDir: true, target: 'es2022' },
});
