import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// A test may play a server, where there is no document.
const body = typeof document === 'undefined' ? null : document.body;

afterEach(() => {
  cleanup();
  // The live regions are the page's, and stay when a component goes.
  body?.replaceChildren();
});
