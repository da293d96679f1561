import { idleSnapshot, type Message, storedQuestion, storedSnapshot } from '../../core/index.js';

/** A row of a conversation's history, as AGiXT sends it. */
export interface HistoryRow {
  id: string;
  role: string;
  message: string;
  timestamp?: string;
}

/** What AGiXT notifies a person of: that work in a conversation began, or ended. */
export interface Notice {
  conversation_id?: unknown;
  started_at?: string;
  timestamp?: string;
}

// What an activity does in detail names it: `[SUBACTIVITY][<id of the activity>][THOUGHT] …`.
const ACTIVITY = /^\[(SUB)?ACTIVITY\]/;
const MARKS = /^(\[[^\]]*\])+/;

/** Whether the row is the mark that a person stopped the conversation. */
export const isStopMark = ({ role, message }: HistoryRow): boolean =>
  role === 'SYSTEM' && message.trim() === '[ACTIVITY][INFO] Conversation stopped by user.';

/** What the agent says it is doing, without the marks; `null` for a row that is not about that. */
export function activityOf({ role, message }: HistoryRow): string | null {
  if (role === 'SYSTEM' || !ACTIVITY.test(message)) return null;
  return message.replace(MARKS, '').trim();
}

const isQuestion = ({ role }: HistoryRow): boolean => role.toUpperCase() === 'USER';

/** Whether the row is what the agent answered. */
export const isAnswer = (row: HistoryRow): boolean =>
  !isQuestion(row) && row.role !== 'SYSTEM' && activityOf(row) === null;

/** Messages of rows: activity is none, and the stop row marks the answer before it. */
export function readRows(
  rows: readonly HistoryRow[],
  nameOf: (questionId: string) => string | undefined,
): Message[] {
  const messages: Message[] = [];
  let name: string | undefined;
  for (const row of rows) {
    if (isQuestion(row)) {
      name = nameOf(row.id);
      messages.push(storedQuestion(row.id, row.message, name));
    } else if (isStopMark(row)) {
      const last = messages.at(-1);
      if (last?.role === 'assistant') messages[messages.length - 1] = stopped(last, row);
      else messages.push(stopped(answerOf({ ...row, message: '' }, name), row));
      name = undefined;
    } else if (isAnswer(row)) {
      messages.push(answerOf(row, name));
      name = undefined;
    }
  }
  return messages;
}

function answerOf({ id, message }: HistoryRow, name: string | undefined): Message {
  const snapshot = message === '' ? { ...idleSnapshot } : storedSnapshot(message);
  return { id: name ?? id, role: 'assistant', snapshot: { ...snapshot, messageId: id } };
}

function stopped(message: Message, mark: HistoryRow): Message {
  return {
    ...message,
    snapshot: {
      ...message.snapshot,
      status: 'stopped',
      stopRecord: {
        runId: message.id,
        reason: 'user',
        by: 'user',
        at: mark.timestamp === undefined ? 0 : toDate(mark.timestamp).getTime(),
        seenChars: message.snapshot.text.length,
        frozenMs: 0,
        answeredMs: null,
        confirmation: 'confirmed',
        persisted: 'backend',
      },
    },
  };
}

/** AGiXT's times are UTC and do not say so. */
export function toDate(time: string): Date {
  return new Date(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`);
}
