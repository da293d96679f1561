/** Something that streams an answer and can be stopped, measured like all the others. */
export interface Contestant {
  /** Also the name of its file in `page/contestants`. */
  name: string;
  /** What its server sends. */
  wire: 'text' | 'sse';
  /** Measured for comparison only: no target speaks of it. */
  peer?: true;
}

/** Everyone who takes part; a peer is one line here and one file in `page/contestants`. */
export const contestants: readonly Contestant[] = [
  { name: 'raw', wire: 'text' },
  { name: 'raw-sse', wire: 'sse' },
  { name: 'naive', wire: 'text' },
  { name: 'kit', wire: 'text' },
  { name: 'kit-sse', wire: 'sse' },
];
