/** A colour of the kit, the colour it is read against, and what it is for. */
export interface ColorToken {
  name: string;
  on: string;
  usedFor: string;
}

/** Every colour that may be set. */
export const COLORS: readonly ColorToken[] = [
  { name: 'text', on: 'surface', usedFor: 'Answers, labels' },
  { name: 'text-muted', on: 'surface', usedFor: 'Marks, hints, times' },
  { name: 'accent', on: 'surface', usedFor: 'Send, caret, focus, running' },
  { name: 'on-accent', on: 'accent', usedFor: 'On Send' },
  { name: 'ink', on: 'surface', usedFor: 'The Stop button' },
  { name: 'on-ink', on: 'ink', usedFor: 'On the Stop button' },
  { name: 'border-control', on: 'surface', usedFor: 'Edges of controls' },
  { name: 'warning', on: 'warning-soft', usedFor: 'Not confirmed, connection lost' },
  { name: 'warning-border', on: 'surface', usedFor: 'Edges of amber notes' },
  { name: 'danger', on: 'danger-soft', usedFor: 'Failures only' },
  { name: 'danger-border', on: 'surface', usedFor: 'Edges of red notes' },
  { name: 'bg', on: 'text', usedFor: 'The page, where the kit draws one' },
  { name: 'surface', on: 'text', usedFor: 'Composer, receipt, list' },
  { name: 'surface-sunken', on: 'text', usedFor: 'Code, your message, queue' },
  { name: 'surface-hover', on: 'text', usedFor: 'Hover, current row' },
  { name: 'warning-soft', on: 'warning', usedFor: 'Amber notes' },
  { name: 'danger-soft', on: 'danger', usedFor: 'Red notes' },
  { name: 'border', on: 'surface', usedFor: 'Hairlines: decoration, never the only edge' },
];

/** A colour that follows another one until it is set itself. */
export interface FollowingToken {
  name: string;
  follows: string;
  usedFor: string;
}

/** Every colour that need not be set. */
export const FOLLOWING: readonly FollowingToken[] = [
  { name: 'accent-hover', follows: 'accent', usedFor: 'Send under the pointer' },
  { name: 'accent-soft', follows: 'accent', usedFor: 'Chosen rows' },
  { name: 'ink-hover', follows: 'ink', usedFor: 'The Stop button under the pointer' },
  { name: 'focus', follows: 'accent', usedFor: 'The focus ring' },
  { name: 'caret', follows: 'accent', usedFor: 'The end of an answer that is being written' },
];

/** Every font and shadow that may be set, and what it is for. */
export const FONTS_AND_SHADOWS: readonly (readonly [string, string])[] = [
  ['font-sans', 'Everything; that of the page, if absent'],
  ['font-mono', 'Code, tool names, times'],
  ['shadow-raised', 'The composer'],
  ['shadow-overlay', 'What floats: for menus and dialogs of yours'],
];

/** Every length that may be set, and what it is for. */
export const LENGTHS: readonly (readonly [string, string])[] = [
  ['space-1 … space-10', 'Gaps and padding: 4 8 12 16 20 24 32 40'],
  ['radius-xs', 'Keys'],
  ['radius-sm', 'Small buttons'],
  ['radius-md', 'Buttons'],
  ['radius-note', 'Code and notes'],
  ['radius-card', 'Cards'],
  ['radius-lg', 'The composer'],
  ['control-sm, control-md, control-lg', 'Heights of controls: 28 36 44'],
];
