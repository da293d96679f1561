import type { BrowserRecord } from './record.js';

/** What the chart shows: CPU is the measure that a busy machine distorts least. */
export const CHARTED = 'steady, 50 earlier: CPU ms';

/** Everyone in the chart, and how they are called there. */
export const CHART_NAMES: Readonly<Record<string, string>> = {
  kit: 'stopkit',
  raw: 'no React',
  naive: 'by hand',
  'x-sdk': 'x-sdk',
  'ai-sdk-throttled': 'AI SDK, throttled',
  'ai-sdk': 'AI SDK',
  'tanstack-ai': 'TanStack AI',
  'assistant-ui': 'assistant-ui',
};

const WIDTH = 640;
const ROW = 26;
const TOP = 34;
const LABEL = 130;
const VALUE = 130;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars with whiskers, written by hand; it follows the reader's light or dark scheme. */
export function chart({ measures, machine }: BrowserRecord): string {
  const row = measures[CHARTED] ?? {};
  const bars = Object.entries(CHART_NAMES)
    .flatMap(([name, label]) => {
      const spread = row[name];
      return spread === undefined ? [] : [{ name, label, spread }];
    })
    .sort((a, b) => a.spread.median - b.spread.median);
  const most = Math.max(1, ...bars.map(({ spread }) => spread.most));
  const scale = (value: number): number => Math.round((value / most) * (WIDTH - LABEL - VALUE));
  const height = TOP + bars.length * ROW + 26;
  const lines = bars.map(({ name, label, spread }, index) => {
    const y = TOP + index * ROW;
    const middle = y + 9;
    const [from, to] = [LABEL + scale(spread.least), LABEL + scale(spread.most)];
    return `  <text x="${LABEL - 10}" y="${y + 13}" text-anchor="end">${escape(label)}</text>
  <rect x="${LABEL}" y="${y}" width="${scale(spread.median)}" height="18" rx="3" class="${name === 'kit' ? 'kit' : 'other'}" />
  <path d="M${from} ${middle}H${to}" class="spread" />
  <text x="${to + 8}" y="${y + 13}">${spread.median} ms (${spread.least}–${spread.most})</text>`;
  });
  const where = `${machine.cpus} x ${machine.cpu}, Chromium ${machine.browser ?? ''}${machine.isQuiet ? '' : ', not a quiet machine'}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">Main-thread CPU of an answer of 1,500 tokens beside 50 earlier messages</title>
  <style>
    text { font: 12px system-ui, sans-serif; fill: #1f2328; }
    .head { font-weight: 600; }
    .small { font-size: 10px; fill: #59636e; }
    .kit { fill: #2c56d0; }
    .other { fill: #b1bac4; }
    .spread { stroke: #1f2328; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .small { fill: #9198a1; }
      .kit { fill: #93adff; }
      .other { fill: #57606a; }
      .spread { stroke: #f0f6fc; }
    }
  </style>
  <text x="0" y="16" class="head">CPU of an answer of 1,500 tokens beside 50 messages (median, least–most; less is better)</text>
${lines.join('\n')}
  <text x="0" y="${height - 6}" class="small">${escape(where)}</text>
</svg>
`;
}
