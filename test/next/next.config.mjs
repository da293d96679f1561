import { fileURLToPath } from 'node:url';

// The kit and the suite's scenario are compiled from their source, which is outside this folder.
export default {
  turbopack: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    resolveAlias: { 'stopkit/server': '../../src/server/index.ts' },
  },
};
