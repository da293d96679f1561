import type { WireName } from './wires.js';

/** What the bench's server is asked to say. */
export interface BenchRequest {
  wire: WireName;
  /** 0 is endless. */
  tokens: number;
  /** Tokens a second; 0 is as fast as the reader drinks. */
  rate: number;
  /** Characters that are sent at once, before the first token. */
  prefill?: number;
  /** Words with headings, lists and code. */
  markdown?: true;
  /** Words of several bytes a character, each byte in a write of its own. */
  bytewise?: true;
  /** How long the server thinks before it sends its headers. */
  headersAfterMs?: number;
  /**
   * What follows the last token.
   * @default 'complete'
   */
  ending?: 'complete' | 'no end marker' | 'cut' | 'error';
  /** Answer with HTTP 500 and no words. */
  failing?: true;
}

/** What the server saw of one request; times are epoch milliseconds. */
export interface BenchLog {
  openedAt: number;
  sent: number;
  /** When the client's going was noticed; `null` after a natural end. */
  closedAt: number | null;
  stopAskedAt: number | null;
  open: boolean;
}
