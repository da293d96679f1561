import type { ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import type { BenchRequest } from '../request.js';
import type { Mount } from './Mount.js';

/** What a React contestant is given. */
export interface PageProps {
  earlier: readonly string[];
  /** Called in an effect with the way to start, and the way to forget what was said since the page came. */
  onReady: (start: (request: BenchRequest) => void, reset?: () => void) => void;
}

/** Puts a React contestant on the page. */
export const mountReact =
  (Page: ComponentType<PageProps>): Mount =>
  ({ root, earlier }) => {
    const reactRoot = createRoot(root);
    let start: ((request: BenchRequest) => void) | null = null;
    let reset: (() => void) | undefined;
    const onReady: PageProps['onReady'] = (givenStart, givenReset) => {
      start = givenStart;
      reset = givenReset;
    };
    reactRoot.render(<Page earlier={earlier} onReady={onReady} />);
    return {
      start: (request) => start?.(request),
      reset: () => reset?.(),
      unmount: () => reactRoot.unmount(),
    };
  };
