import type { Faults } from '../../../demo/Faults.js';

/** A moment of an answer, and how it is recognised in the page. */
export interface Moment {
  name: string;
  question: string;
  faults: Partial<Faults>;
  /** True in the page when it has come; null for "as soon as there is a Stop". */
  comes: string | null;
  /** What stands below the answer afterwards. */
  mark: string;
}

const CODE = 'Why does the model go on after I close the tab?';
const LAST = '[...document.querySelectorAll(\'[data-stopkit="assistant-message"]\')].at(-1)';
const says = (text: string): string => `${LAST}?.innerText.includes(${JSON.stringify(text)})`;
const has = (selector: string): string => `${LAST}?.querySelector(${JSON.stringify(selector)})`;
// What was thought is no word of the answer yet.
const BLOCK = '[data-part="block"]:not([data-part="reasoning"] *)';
const answers = (text: string): string =>
  `[...(${LAST}?.querySelectorAll(${JSON.stringify(BLOCK)}) ?? [])].some((block) => block.textContent.includes(${JSON.stringify(text)}))`;
const BEFORE = 'Stopped before the first word';
const STOPPED = 'You stopped this answer';

/** Twelve moments, from before the headers to after the last token. */
export const MOMENTS: readonly Moment[] = [
  {
    name: 'before the server has answered',
    question: CODE,
    faults: { firstWordMs: 20_000 },
    comes: null,
    mark: BEFORE,
  },
  {
    name: 'while the first word is waited for',
    question: CODE,
    faults: { firstWordMs: 20_000 },
    comes: has('[data-part="waiting"]'),
    mark: BEFORE,
  },
  {
    name: 'in the reasoning',
    question: CODE,
    faults: { tokensPerSecond: 20 },
    comes: has('[data-part="reasoning"]'),
    mark: BEFORE,
  },
  { name: 'at the first words', question: CODE, faults: {}, comes: says('This is'), mark: STOPPED },
  {
    name: 'in a sentence',
    question: CODE,
    faults: {},
    comes: says('Listen on the response'),
    mark: STOPPED,
  },
  { name: 'in code', question: CODE, faults: {}, comes: says('AbortController'), mark: STOPPED },
  {
    name: 'in a table',
    question: 'Compare in a table',
    faults: { tokensPerSecond: 60 },
    comes: has('td'),
    mark: STOPPED,
  },
  {
    name: 'in another script',
    question: 'Many languages',
    faults: {},
    comes: says('停止'),
    mark: STOPPED,
  },
  {
    name: 'while a tool runs',
    question: 'Search the notes',
    faults: {},
    comes: has('[data-part="tools"] [data-state="running"]'),
    mark: BEFORE,
  },
  {
    name: 'after a tool',
    question: 'Search the notes',
    faults: {},
    comes: answers('The notes'),
    mark: STOPPED,
  },
  {
    name: 'while the model hangs',
    question: CODE,
    faults: { model: 'hang' },
    // It hangs in its thoughts.
    comes: has('[data-part="reasoning"] [data-part="block"]'),
    mark: BEFORE,
  },
  {
    name: 'after the last token',
    question: 'Compare in a table',
    faults: { tokensPerSecond: 5_000 },
    comes: `${LAST}?.dataset.status === 'complete'`,
    mark: '',
  },
];

/** What the quick tier tries: on the wide page, the first and the last; the narrow one has one in the middle. */
export const QUICK = ['before the server has answered', 'after the last token'];
