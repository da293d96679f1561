/** What the bench's server is asked to say. */
export interface BenchRequest {
  wire: 'text' | 'sse';
  /** 0 is endless. */
  tokens: number;
  /** Tokens a second; 0 is as fast as the reader drinks. */
  rate: number;
  /** Characters that are sent at once, before the first token. */
  prefill?: number;
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
