import type { ReactElement } from 'react';

interface Shape {
  /** Drawn as a line. */
  line?: string;
  /** Drawn filled. */
  fill?: string;
  dash?: string;
  /** Points the other way where text runs from right to left. */
  mirrored?: boolean;
}

/** The colour sits on the span: forced colours do not adjust an svg that has its own. */
const icon = ({ line, fill, dash, mirrored }: Shape): ReactElement => (
  <span data-stopkit="icon" data-mirrored={mirrored} aria-hidden="true">
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeDasharray={dash}>
      {line !== undefined && <path d={line} />}
      {fill !== undefined && <path d={fill} fill="currentColor" stroke="none" />}
    </svg>
  </span>
);

const SQUARE = 'M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z';
const CIRCLE = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z';
const BACK = 'M3 4v5h5M3.5 9A9 9 0 1 1 3 12';

/** Stop, and the mark of what was stopped. */
export const stopIcon = /* @__PURE__ */ icon({ fill: SQUARE });
/** A stop that waits for the server. */
export const stoppingIcon = /* @__PURE__ */ icon({ line: SQUARE, dash: '4 3.1' });
/** Something runs. */
export const runningIcon = /* @__PURE__ */ icon({
  line: CIRCLE,
  fill: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
});
/** Something waits for its turn. */
export const queuedIcon = /* @__PURE__ */ icon({ line: CIRCLE, dash: '3.4 3.67' });
/** Not yet, or not known. */
export const unknownIcon = /* @__PURE__ */ icon({ line: CIRCLE });
/** Not confirmed. */
export const warningIcon = /* @__PURE__ */ icon({
  line: 'M10.3 4 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0ZM12 9.5v4M12 17h.01',
});
/** The connection was lost. */
export const plugIcon = /* @__PURE__ */ icon({
  line: 'm19 5 3-3M2 22l3-3M6.3 20.3a2.4 2.4 0 0 0 3.4 0L12 18l-6-6-2.3 2.3a2.4 2.4 0 0 0 0 3.4ZM7.5 13.5 10 11M10.5 16.5 13 14M12 6l6 6 2.3-2.3a2.4 2.4 0 0 0 0-3.4l-2.6-2.6a2.4 2.4 0 0 0-3.4 0Z',
});
/** It failed. */
export const failedIcon = /* @__PURE__ */ icon({ line: `${CIRCLE}M12 7.5V13M12 16.5h.01` });
/** Done. */
export const doneIcon = /* @__PURE__ */ icon({ line: 'm5 12.5 4.5 4.5L19 7' });
/** Stops the voice. */
export const speakingIcon = /* @__PURE__ */ icon({
  line: 'M16 8.5a5 5 0 0 1 0 7M19.5 6a9 9 0 0 1 0 12',
  fill: 'M4.5 7h6a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-2.5 2.5h-6a2.5 2.5 0 0 1-2.5-2.5v-5a2.5 2.5 0 0 1 2.5-2.5Z',
});
/** Once more. */
export const regenerateIcon = /* @__PURE__ */ icon({
  line: 'M3 12a9 9 0 0 1 15.5-6.2L21 8M21 3v5h-5M21 12a9 9 0 0 1-15.5 6.2L3 16M3 21v-5h5',
});
/** Asks the server once more to stop. */
export const retryIcon = /* @__PURE__ */ icon({ line: BACK });
/** Goes on, or stands in line. */
export const bentIcon = /* @__PURE__ */ icon({
  line: 'M4 4v7a4 4 0 0 0 4 4h12M15 10l5 5-5 5',
  mirrored: true,
});
/** Copies. */
export const copyIcon = /* @__PURE__ */ icon({
  line: 'M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2ZM4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2',
});
/** Sends. */
export const sendIcon = /* @__PURE__ */ icon({ line: 'm5 12 7-7 7 7M12 19V5' });
/** Edits. */
export const editIcon = /* @__PURE__ */ icon({
  line: 'M16.5 3.5a2.5 2.5 0 0 1 4 3L7.5 20 2.5 21.5 4 16.5ZM14 6l4 4',
});
/** Removes. */
export const removeIcon = /* @__PURE__ */ icon({ line: 'M18 6 6 18M6 6l12 12' });
/** A tool. */
export const toolIcon = /* @__PURE__ */ icon({ line: 'm5 7 5 5-5 5M13 17h6' });
/** Opens and closes. */
export const chevronIcon = /* @__PURE__ */ icon({ line: 'm9 6 6 6-6 6', mirrored: true });
