/**
 * History of this process: PGlite in a folder, or a Postgres, filled by journal batches and, where those were missed, by
 * pulling. What persistence cannot take is kept beside it as dead letters.
 *
 * Nobody waits for it: trading goes on while it opens. A folder that does not open, or that holds another journal's history,
 * is replaced from the journal; in a Postgres of another journal nothing is written until an operator has emptied it.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { History } from "../../engine/bus/history-client.ts";
import { type EventSink, Outbox, type OutboxLogLine } from "../../engine/bus/outbox.ts";
import { forgetOutboxCursor, outboxCursorFile } from "../../engine/bus/outbox-cursor.ts";
import type { HttpMessage } from "../../engine/protocol/journal-batch.ts";
import type { Engine } from "../../engine/runtime/contract.ts";
import { type Database, historyUnavailable } from "../_shared/database.ts";
import { historyOnSql } from "../_shared/history-sql.ts";
import type { PgliteOpening } from "../_shared/pglite-database.ts";
import { type ForgottenHistory, resetHistory } from "../_shared/reset-history.ts";
import type { DeadLetterLogLine } from "../dead-letters/handler.ts";
import { readLetter } from "../dead-letters/letter.ts";
import { type LetterStore, letterStore } from "../dead-letters/letter-store.ts";
import { type AuditLog, auditLog } from "../funding/audit-log.ts";
import { type WithdrawalStore, withdrawalStore } from "../funding/withdrawal-store.ts";
import { persistenceOn } from "../persistence/deps.ts";
import { GapPuller, type GapPullerLogLine } from "../persistence/gap-puller.ts";
import { handlePersistence, type PersistenceDeps, type PersistenceLogLine } from "../persistence/handler.ts";
import type { DataFolder } from "./data-folder.ts";
import { historyDatabase } from "./history-database.ts";

/** Between two attempts to compare the tables with the journal. */
const COMPARE_AGAIN_MS = 1_000;

/** `filling`: the database is there, and what it missed is being brought to it; it is not asked before it is complete. */
export type HistoryState = "opening" | "filling" | "open" | "failed";

export interface HistoryStore {
  readonly history: History;
  readonly state: () => HistoryState;
  readonly letters: LetterStore;
  readonly withdrawals: WithdrawalStore;
  readonly auditLog: AuditLog;
  /** Hands one event to persistence once more. @returns null once it was taken, else why not. */
  readonly resend: (event: {
    readonly headers: HttpMessage["headers"];
    readonly body: Uint8Array;
  }) => Promise<string | null>;
  /** Forgets this engine's history and fills it again from the journal. Rejects while it is not open. */
  readonly empty: () => Promise<ForgottenHistory>;
  close(): Promise<void>;
}

export type HistoryLog = (
  line: HistoryLogLine | GapPullerLogLine | PersistenceLogLine | OutboxLogLine | DeadLetterLogLine,
) => void;
type HistoryLogLine =
  | { readonly at: "history"; readonly outcome: "open"; readonly openMs: number; readonly committedSeq: number }
  | { readonly at: "history"; readonly outcome: "rebuilding"; readonly movedTo: string; readonly reason: string }
  | { readonly at: "history"; readonly outcome: "emptied"; readonly reason: string }
  /** A Postgres that cannot be reached: it is tried again. */
  | { readonly at: "history"; readonly outcome: "away"; readonly reason: string }
  /** Trading goes on without history until the next start, or until an operator has emptied it. */
  | { readonly at: "history"; readonly outcome: "failed" | "lost"; readonly reason: string };

export function openHistory(
  engine: Engine,
  engineName: string,
  folder: DataFolder,
  databaseUrl: string | null,
  writeLog: HistoryLog,
): HistoryStore {
  const startedMs = performance.now();
  let state: HistoryState = "opening";
  let closing = false;
  let puller: GapPuller | null = null;
  let outbox: Outbox | null = null;
  /** What has to be complete before it is asked. */
  let wantedSeq = 0;
  let newPuller: (() => GapPuller) | null = null;
  /** While an operator is waited for. */
  let proceed: (() => void) | null = null;
  const { lineage } = engine.recovery;
  // What fails because it is being closed is no news.
  const log: HistoryLog = (line) => {
    if (!closing) writeLog(line);
  };

  const database = historyDatabase({
    databaseUrl,
    folder: folder.history,
    onLost: (error) => {
      state = "failed";
      log({ at: "history", outcome: "lost", reason: error.message });
    },
    onAway: (error) => log({ at: "history", outcome: "away", reason: error.message }),
  });
  const persistence = persistenceOn(async () => database, log);
  const letters = letterStore(async () => database);
  const keep = async (event: Delivered): Promise<void> => {
    const letter = readLetter(event);
    const said = { type: letter.type, source: letter.source, eventId: letter.eventId };
    try {
      await letters.keep(letter, Date.now());
      log({ at: "dead-letters", outcome: "kept", ...said });
    } catch (error) {
      // The journal has it: what is missing is pulled, if it can be applied at all.
      log({ at: "dead-letters", outcome: "not_kept", ...said, reason: textOf(error) });
    }
  };

  const fill = async (opening: PgliteOpening): Promise<void> => {
    if (opening.outcome === "set_aside") {
      forgetOutboxCursor(folder.outboxCursor);
      log({ at: "history", outcome: "rebuilding", movedTo: opening.movedTo, reason: textOf(opening.cause) });
    }
    state = "filling";
    wantedSeq = engine.stats().headSeq;
    /** A first pull that failed is made again by the puller's next ticks. */
    const openWhenComplete = (committedSeq: number): void => {
      if (state !== "filling" || committedSeq < wantedSeq) return;
      state = "open";
      log({ at: "history", outcome: "open", openMs: Math.round(performance.now() - startedMs), committedSeq });
    };
    const sender = new Outbox({
      source: engine,
      engine: engineName,
      cursor: outboxCursorFile(folder.outboxCursor, engineName, lineage),
      sink: inProcess(persistence, keep),
      nowMs: () => performance.now(),
      delay: (ms) => delay(ms, undefined, { ref: false }),
      log,
    });
    newPuller = () => {
      const made = new GapPuller({
        engine: engineName,
        database,
        reads: engine,
        nowMs: () => performance.now(),
        log,
      });
      made.onCommitted((seq) => {
        // Tables of another journal may claim more than this one has; nothing is forgotten on their word.
        if (seq > engine.stats().headSeq) return;
        engine.committed(seq);
        sender.committed(seq);
        openWhenComplete(seq);
      });
      return made;
    };
    puller = newPuller();
    await compared(puller, () => closing || state === "failed");
    if (puller.standing() === "ahead") {
      if (database.isOurs) {
        // Only the journal is the record: what it does not know did not happen here.
        await resetHistory(database, engineName);
        log({ at: "history", outcome: "emptied", reason: "it was another journal's" });
      } else {
        state = "failed";
        const reason = "DATABASE_URL names tables of another journal: nothing is written there";
        log({ at: "history", outcome: "failed", reason });
        await new Promise<void>((resolve) => {
          proceed = resolve;
        });
        proceed = null;
        if (closing) return;
        state = "filling";
      }
      puller = newPuller();
      await puller.tick();
    }
    openWhenComplete(puller.committedSeq());
    if (closing) return;
    outbox = sender;
    puller.start();
    sender.start();
  };

  const filling = database.ready.then(fill).catch((error: unknown) => {
    if (closing) return;
    state = "failed";
    log({ at: "history", outcome: "failed", reason: textOf(error) });
  });

  const opened = async (): Promise<Database> => {
    await database.ready;
    return database;
  };
  return {
    history: historyOnSql(
      whileTrue(() => state === "open", database),
      engineName,
    ),
    state: () => state,
    letters,
    withdrawals: withdrawalStore(opened, engineName),
    auditLog: auditLog(opened, engineName),
    resend: async ({ headers, body }) => {
      const { status } = await handlePersistence({ headers, rawBody: body }, persistence);
      return status === 204 ? null : `persistence answered ${status}`;
    },
    async empty() {
      if (puller === null || newPuller === null) throw historyUnavailable("history is still opening");
      await puller.stop();
      try {
        const forgotten = await resetHistory(database, engineName);
        log({ at: "history", outcome: "emptied", reason: "the operator has asked for it" });
        if (proceed === null) {
          state = "filling";
          wantedSeq = engine.stats().headSeq;
          puller = newPuller();
        }
        return forgotten;
      } finally {
        if (proceed === null) puller.start();
        else proceed();
      }
    },
    async close() {
      closing = true;
      proceed?.();
      await outbox?.stop();
      // Together: a pull under way may have millions of events before it, and ends when the database does.
      await Promise.all([puller?.stop(), database.close()]);
      await filling;
    },
  };
}

/** An answer with holes in it would be worse than none: whoever asks is told that history cannot be asked now. */
function whileTrue(isComplete: () => boolean, database: Database): Database {
  const asked = (): Database => {
    if (!isComplete()) throw historyUnavailable("history is still opening");
    return database;
  };
  return {
    query: async (sql, parameters) => asked().query(sql, parameters),
    script: async (sql) => asked().script(sql),
    transaction: async (work) => asked().transaction(work),
    close: async () => asked().close(),
  };
}

/** Nothing is written before it is known whose tables these are; a Postgres may be away just then. */
async function compared(puller: GapPuller, isOver: () => boolean): Promise<void> {
  await puller.tick();
  while (puller.standing() === "unknown" && !isOver()) {
    await delay(COMPARE_AGAIN_MS, undefined, { ref: false });
    await puller.tick();
  }
}

interface Delivered {
  readonly headers: HttpMessage["headers"];
  readonly rawBody: Uint8Array;
}

/** Hands the very message that a broker would bring to the very handler that takes it there. */
function inProcess(deps: PersistenceDeps, keep: (event: Delivered) => Promise<void>): EventSink {
  return {
    async send({ headers, body }) {
      const event = { headers, rawBody: Buffer.from(body, "utf8") };
      const { status } = await handlePersistence(event, deps);
      switch (status) {
        case 204:
          return "accepted";
        case 400:
        case 401:
        case 403:
          await keep(event);
          return "poison";
        case 503:
          return "later";
      }
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
