/**
 * History in this process: PGlite in a folder, filled by journal batches and, where those were missed, by pulling.
 *
 * Nobody waits for it: it opens in a thread of its own while trading goes on. A folder that does not open, or that holds
 * more than the journal, is replaced from the journal.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type EventSink, Outbox, type OutboxLogLine } from "../../engine/bus/outbox.ts";
import { forgetOutboxCursor, outboxCursorFile } from "../../engine/bus/outbox-cursor.ts";
import type { Engine } from "../../engine/runtime/contract.ts";
import { type Database, historyUnavailable } from "../_shared/database.ts";
import type { History } from "../_shared/history.ts";
import { historyOnSql } from "../_shared/history-sql.ts";
import { migrate } from "../_shared/migrate.ts";
import { type PgliteOpening, pgliteDatabase } from "../_shared/pglite-database.ts";
import { persistenceOn } from "../persistence/deps.ts";
import { GapPuller, type GapPullerLogLine } from "../persistence/gap-puller.ts";
import { handlePersistence, type PersistenceDeps, type PersistenceLogLine } from "../persistence/handler.ts";
import { resetHistory } from "../persistence/reset-history.ts";
import { type DataFolder, setAsidePath } from "./data-folder.ts";

/** `filling`: the database is there, and what it missed is being brought to it; it is not asked before it is complete. */
export type HistoryState = "opening" | "filling" | "open" | "failed";

export interface HistoryStore {
  readonly history: History;
  readonly state: () => HistoryState;
  close(): Promise<void>;
}

export type HistoryLog = (line: HistoryLogLine | GapPullerLogLine | PersistenceLogLine | OutboxLogLine) => void;
type HistoryLogLine =
  | { readonly at: "history"; readonly outcome: "open"; readonly openMs: number; readonly committedSeq: number }
  | { readonly at: "history"; readonly outcome: "rebuilding"; readonly movedTo: string; readonly reason: string }
  | { readonly at: "history"; readonly outcome: "emptied"; readonly reason: string }
  /** Trading goes on without history until the next start. */
  | { readonly at: "history"; readonly outcome: "failed" | "lost"; readonly reason: string };

export function openHistory(
  engine: Engine,
  engineName: string,
  folder: DataFolder,
  writeLog: HistoryLog,
): HistoryStore {
  const startedMs = performance.now();
  let state: HistoryState = "opening";
  let closing = false;
  let puller: GapPuller | null = null;
  let outbox: Outbox | null = null;
  // What fails because it is being closed is no news.
  const log: HistoryLog = (line) => {
    if (!closing) writeLog(line);
  };

  const database = pgliteDatabase({
    folder: folder.history,
    migrate: (opened) => migrate(opened),
    setAsidePath,
    onLost: (error) => {
      state = "failed";
      log({ at: "history", outcome: "lost", reason: error.message });
    },
  });

  const fill = async (opening: PgliteOpening): Promise<void> => {
    if (opening.outcome === "set_aside") {
      forgetOutboxCursor(folder.outboxCursor);
      log({ at: "history", outcome: "rebuilding", movedTo: opening.movedTo, reason: textOf(opening.cause) });
    }
    state = "filling";
    const wantedSeq = engine.stats().headSeq;
    /** A first pull that failed is made again by the puller's next ticks. */
    const openWhenComplete = (committedSeq: number): void => {
      if (state !== "filling" || committedSeq < wantedSeq) return;
      state = "open";
      log({ at: "history", outcome: "open", openMs: Math.round(performance.now() - startedMs), committedSeq });
    };
    const sender = new Outbox({
      source: engine,
      engine: engineName,
      cursor: outboxCursorFile(folder.outboxCursor, engineName),
      sink: inProcess(persistenceOn(async () => database, log)),
      nowMs: () => performance.now(),
      delay: (ms) => delay(ms, undefined, { ref: false }),
      log,
    });
    let ahead = false;
    const newPuller = (): GapPuller => {
      const made = new GapPuller({
        engine: engineName,
        database,
        reads: engine,
        nowMs: () => performance.now(),
        log: (line) => {
          if (line.outcome === "history_ahead") ahead = true;
          log(line);
        },
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
    await puller.tick();
    if (ahead) {
      // Only the journal is the record: what it does not know did not happen here.
      await resetHistory(database, engineName);
      log({ at: "history", outcome: "emptied", reason: "it held more than the journal" });
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

  return {
    history: historyOnSql(
      whileTrue(() => state === "open", database),
      engineName,
    ),
    state: () => state,
    async close() {
      closing = true;
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

/** Hands the very message that a broker would bring to the very handler that takes it there. */
function inProcess(deps: PersistenceDeps): EventSink {
  return {
    async send({ headers, body }) {
      const { status } = await handlePersistence({ headers, rawBody: Buffer.from(body, "utf8") }, deps);
      switch (status) {
        case 204:
          return "accepted";
        case 400:
        case 401:
        case 403:
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
