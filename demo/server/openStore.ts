import Database from 'libsql';
import type { Part, Receipt, StopRecord, Usage } from 'stopkit/core';
import type { RunOutcome, RunSettled, StopAudit } from 'stopkit/server';

/** A question and its answer, as they are stored. */
export interface StoredTurn {
  runId: string;
  question: string;
  parts: readonly Part[];
  outcome: RunOutcome | 'running';
  reason: string | null;
  by: StopRecord['by'] | null;
  error: string | null;
  usage: Usage | null;
  receipt: Receipt | null;
  endedAt: number | null;
}

/** A conversation as the sidebar shows it. */
export interface StoredConversation {
  id: string;
  title: string;
  at: number;
  outcome: StoredTurn['outcome'];
}

/** What there is of an answer while it grows. */
export interface Grown {
  id: string;
  parts: readonly Part[];
}

/** The history of the demo, in a SQLite file. */
export type Store = ReturnType<typeof openStore>;

const TABLES = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS turns (
    run_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, node TEXT NOT NULL, question TEXT NOT NULL,
    before TEXT NOT NULL, parts TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, stopped_by TEXT,
    error TEXT, usage TEXT, receipt TEXT, began_at INTEGER NOT NULL, ended_at INTEGER
  );
  CREATE INDEX IF NOT EXISTS turns_of ON turns (conversation_id, began_at);
  CREATE TABLE IF NOT EXISTS stops (
    run_id TEXT PRIMARY KEY, conversation_id TEXT, stopped_by TEXT, by TEXT NOT NULL, reason TEXT NOT NULL,
    outcome TEXT NOT NULL, at INTEGER NOT NULL, started_at INTEGER NOT NULL
  );`;

interface TurnRow {
  run_id: string;
  question: string;
  before: string;
  parts: string;
  outcome: StoredTurn['outcome'];
  reason: string | null;
  stopped_by: StopRecord['by'] | null;
  error: string | null;
  usage: string | null;
  receipt: string | null;
  ended_at: number | null;
}

/** Opens the file, and marks as interrupted what this node was writing when it died. */
export function openStore(file: string, node: string) {
  const db = new Database(file);
  db.exec(TABLES);
  db.prepare(
    `UPDATE turns SET outcome = 'interrupted', ended_at = ? WHERE outcome = 'running' AND node = ?`,
  ).run(Date.now(), node);

  const insert = db.prepare(
    `INSERT OR IGNORE INTO turns (run_id, conversation_id, node, question, before, parts, outcome, began_at)
     VALUES (?, ?, ?, ?, '[]', '[]', 'running', ?)`,
  );
  const goOn = db.prepare(
    `UPDATE turns SET run_id = ?, node = ?, before = parts, outcome = 'running', reason = NULL, stopped_by = NULL,
     error = NULL, receipt = NULL, ended_at = NULL WHERE run_id = ?`,
  );
  const grow = db.prepare(`UPDATE turns SET parts = ? WHERE run_id = ?`);
  const readTurn = db.prepare(`SELECT * FROM turns WHERE run_id = ?`);
  const readTurns = db.prepare(
    `SELECT * FROM turns WHERE conversation_id = ? ORDER BY began_at, rowid`,
  );

  const turnOf = (row: TurnRow): StoredTurn => ({
    runId: row.run_id,
    question: row.question,
    parts: parse(row.parts) ?? [],
    outcome: row.outcome,
    reason: row.reason,
    by: row.stopped_by,
    error: row.error,
    usage: parse(row.usage),
    receipt: parse(row.receipt),
    endedAt: row.ended_at,
  });
  const turns = (conversationId: string): StoredTurn[] =>
    // The rows are this file's own.
    (readTurns.all(conversationId) as TurnRow[]).map(turnOf);
  /** The parts of an answer with those it goes on from. */
  const whole = ({ id, parts }: Grown): string => {
    const row = readTurn.get(id) as TurnRow | undefined;
    return JSON.stringify(joinParts(parse(row?.before ?? null) ?? [], parts));
  };

  return {
    turns,
    begin(runId: string, conversationId: string, question: string): void {
      insert.run(runId, conversationId, node, question, Date.now());
    },
    /** The last answer is gone on with under a new run. */
    goOn(runId: string, conversationId: string): void {
      const last = turns(conversationId).at(-1);
      if (last !== undefined) goOn.run(runId, node, last.runId);
    },
    checkpoint(run: Grown): void {
      grow.run(whole(run), run.id);
    },
    settle(run: RunSettled): void {
      db.prepare(
        `UPDATE turns SET parts = ?, outcome = ?, reason = ?, stopped_by = ?, error = ?, usage = ?, ended_at = ?
         WHERE run_id = ?`,
      ).run(
        whole(run),
        run.outcome,
        run.reason,
        run.by,
        run.error,
        JSON.stringify(run.usage),
        Date.now(),
        run.id,
      );
    },
    lose(runId: string): void {
      // One that was told as settled in the meantime has an end already.
      db.prepare(
        `UPDATE turns SET outcome = 'interrupted', ended_at = ? WHERE run_id = ? AND outcome = 'running'`,
      ).run(Date.now(), runId);
    },
    /** The node that writes this answer, or wrote it. */
    nodeOf(runId: string): string | null {
      const row = db.prepare(`SELECT node FROM turns WHERE run_id = ?`).get(runId);
      // The one column is asked for by name.
      return (row as { node: string } | undefined)?.node ?? null;
    },
    /** What was measured of a stop, and by whom an answer that had lost its reader was stopped. */
    setReceipt(runId: string, receipt: Receipt & { heardAt: number }): void {
      db.prepare(
        `UPDATE turns SET receipt = ?, outcome = 'stopped', reason = coalesce(reason, 'user'),
         stopped_by = coalesce(stopped_by, 'user') WHERE run_id = ?`,
      ).run(JSON.stringify(receipt), runId);
    },
    audit(stop: StopAudit): void {
      db.prepare(`INSERT OR REPLACE INTO stops VALUES (?, ?, ?, ?, ?, ?, ?, ?)`).run(
        stop.id,
        stop.conversationId,
        stop.stoppedBy,
        stop.by,
        stop.reason,
        stop.outcome,
        stop.at,
        stop.startedAt,
      );
    },
    conversations(): StoredConversation[] {
      const rows = db.prepare(
        `SELECT conversation_id AS id, outcome, max(began_at) AS at,
         (SELECT question FROM turns first WHERE first.conversation_id = turns.conversation_id ORDER BY began_at, rowid LIMIT 1) AS title
         FROM turns GROUP BY conversation_id ORDER BY at DESC LIMIT 100`,
      );
      return rows.all() as StoredConversation[];
    },
    /** The rows behind the figures about stops. */
    runsAndStops() {
      return db
        .prepare(
          `SELECT turns.run_id AS runId, turns.outcome, turns.began_at AS beganAt, turns.ended_at AS endedAt,
           turns.receipt, turns.question, stops.by AS stoppedBy, stops.reason, stops.at
           FROM turns LEFT JOIN stops ON stops.run_id = turns.run_id ORDER BY turns.began_at DESC LIMIT 1000`,
        )
        .all() as Record<string, string | number | null>[];
    },
    close(): void {
      db.close();
    },
  };
}

/** Only what this file wrote is read here. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
const parse = <Value>(text: string | null): Value | null =>
  text === null ? null : (JSON.parse(text) as Value);

function joinParts(before: readonly Part[], after: readonly Part[]): readonly Part[] {
  const last = before.at(-1);
  const [first, ...rest] = after;
  if (last?.type !== 'text' || first?.type !== 'text') return [...before, ...after];
  return [...before.slice(0, -1), { type: 'text', text: last.text + first.text }, ...rest];
}
