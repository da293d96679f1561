import type { ReactElement } from 'react';

const icon = (line: string): ReactElement => (
  <span className="icon" aria-hidden="true">
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor">
      <path d={line} />
    </svg>
  </span>
);

const filled = (fill: string, line?: string): ReactElement => (
  <span className="icon" aria-hidden="true">
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor">
      {line !== undefined && <path d={line} />}
      <path d={fill} fill="currentColor" stroke="none" />
    </svg>
  </span>
);

const CIRCLE = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z';
const BOX = 'M6 4h12a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z';

export const sidebarIcon = icon(`${BOX}M9 4v16`);
export const panelIcon = icon(`${BOX}M15 4v16`);
export const compareIcon = icon(`${BOX}M12 4v16`);
export const plusIcon = icon('M12 5v14M5 12h14');
export const chatIcon = icon('M6 4h12a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H9l-5 3.5V7a3 3 0 0 1 2-3Z');
export const chartIcon = icon('M4 20V10M10 20V4M16 20v-8M22 20H2');
export const bookIcon = icon('M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2ZM5 18a2 2 0 0 1 2-2h12');
export const plugIcon = icon(
  'm19 5 3-3M2 22l3-3M6.3 20.3a2.4 2.4 0 0 0 3.4 0L12 18l-6-6-2.3 2.3a2.4 2.4 0 0 0 0 3.4ZM7.5 13.5 10 11M10.5 16.5 13 14M12 6l6 6 2.3-2.3a2.4 2.4 0 0 0 0-3.4l-2.6-2.6a2.4 2.4 0 0 0-3.4 0Z',
);
export const copyIcon = icon(
  'M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2ZM4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2',
);
export const tickIcon = icon('m5 12.5 4.5 4.5L19 7');
export const downIcon = icon('M12 5v14M5 12l7 7 7-7');
export const againIcon = icon(
  'M3 12a9 9 0 0 1 15.5-6.2L21 8M21 3v5h-5M21 12a9 9 0 0 1-15.5 6.2L3 16M3 21v-5h5',
);
export const tableIcon = icon(`${BOX}M3 10h18M3 15h18M10 10v10`);
export const warningIcon = icon(
  'M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0ZM12 9.5v4M12 17h.01',
);
export const moonIcon = icon('M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z');
export const runningIcon = filled('M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z', CIRCLE);
export const ringIcon = icon(CIRCLE);
export const squareIcon = filled(
  'M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z',
);
/** The mark of the project. */
export const logo = (
  <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
    <rect x="2" y="2" width="20" height="20" rx="6" fill="currentColor" />
    <rect x="8" y="8" width="8" height="8" rx="2" fill="var(--stopkit-bg)" />
  </svg>
);
