import type { ListedConversation } from '../core/index.js';

/** What runs, as a table that can be read and cut. */
export function showRows(rows: readonly ListedConversation[], now: number): string {
  if (rows.length === 0) return 'Nothing is running.\n';
  const lines = rows.map(({ id, status, agentName = '-', startedAt }) => [
    plain(id),
    plain(status),
    startedAt === undefined ? '-' : clock(now - startedAt.getTime()),
    plain(agentName),
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Without what would move a terminal's cursor, or break a line in two. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\ufffd');

function clock(ms: number): string {
  if (Number.isNaN(ms)) return '-';
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
