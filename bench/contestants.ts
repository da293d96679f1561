import type { WireName } from './wires.js';

/** Something that streams an answer and can be stopped, measured like all the others. */
export interface Contestant {
  /** Also the name of its file in `page/contestants`, or in `peers/contestants` for a peer. */
  name: string;
  /** What its server sends. */
  wire: WireName;
  /** Someone else's library: no target speaks of it, and its failure is a result. */
  peer?: true;
  /** It has no React to draw Markdown with. */
  plain?: true;
}

/** Everyone who takes part; a peer is one line here and one file in `peers/contestants`. */
export const contestants: readonly Contestant[] = [
  { name: 'raw', wire: 'text', plain: true },
  { name: 'raw-sse', wire: 'sse', plain: true },
  { name: 'naive', wire: 'text' },
  { name: 'kit', wire: 'text' },
  { name: 'kit-sse', wire: 'sse' },
  { name: 'ai-sdk', wire: 'ui-message', peer: true },
  { name: 'ai-sdk-throttled', wire: 'ui-message', peer: true },
  { name: 'tanstack-ai', wire: 'ag-ui', peer: true },
  { name: 'assistant-ui', wire: 'text', peer: true },
  { name: 'x-sdk', wire: 'sse', peer: true },
];
