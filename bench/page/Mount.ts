import type { BenchRequest } from '../request.js';

/** Where a contestant draws itself, and beside how many earlier messages. */
export interface MountOptions {
  root: HTMLElement;
  earlier: readonly string[];
}

/** A contestant that is on the page; `start` asks the server. */
export interface Mounted {
  start(request: BenchRequest): void;
  /** Forgets the answers so far, where a contestant keeps them. */
  reset?(): void;
  unmount(): void;
}

/**
 * Draws a contestant. Its answer is in `[data-bench="live"]`, its Stop button in `[data-bench="stop"]`,
 * and `[data-bench="state"]` says "running" exactly while something runs.
 */
export type Mount = (options: MountOptions) => Mounted;
