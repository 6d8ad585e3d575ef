/**
 * Where people lie: PGlite in a folder of their own, or the Postgres that DATABASE_URL names; same SQL, same migrations.
 *
 * Opened by the first question about somebody, and closed when nobody has asked for minutes: who only looks at the screen costs
 * nothing, but that a folder which was never made is made meanwhile, which takes seconds. People are no projection: nothing can make them again. So the folder is durable, is made whole under another name
 * before it gets its own, and one that does not open stays where it is: every request of people is refused until somebody has
 * looked, and trading goes on (I44).
 */
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FileLock } from "../../engine/journal/file-lock.ts";
import { peopleLockOf } from "../../engine/ops/people-folder.ts";
import { type Database, historyUnavailable, type Queryable, type Row, type SqlParameter } from "../_shared/database.ts";
import { type OpenedDatabase, openedDatabase } from "../_shared/opened-database.ts";
import { migratePeople } from "../_shared/people/people-tables.ts";
import { type PgliteDatabase, pgliteDatabase } from "../_shared/pglite-database.ts";

const CLOSED_AFTER_MS = 600_000;
/** Above what the operator's command needs to copy the folder. */
const WAITS_FOR_COPY_MS = 8_000;
/** Questions without an end let go of the lock so often, for so long: whoever copies asks for it more often than that. */
const HELD_MAX_MS = 500;
const PAUSE_MS = 30;

export interface PeopleDatabaseOptions {
  /** null: PGlite in the folder. */
  readonly databaseUrl: string | null;
  readonly folder: string;
  readonly log: (line: object) => void;
  /** Without a question for so long, the folder is closed. Not given: ten minutes. */
  readonly idleMs?: number;
}

export interface PeopleDatabase extends OpenedDatabase {
  /** Somebody looks at the screen, and may sign in next. */
  prepare(): void;
}

/** Every call rejects with OperationalError `history_unavailable` while it cannot be asked. */
export function peopleDatabase(options: PeopleDatabaseOptions): PeopleDatabase {
  const { databaseUrl, log } = options;
  if (databaseUrl !== null) return { ...openedDatabase(databaseUrl, migratePeople, "people", log), prepare: () => {} };
  const people = new PeopleFolder(options);
  return { opened: async () => people, close: () => people.close(), prepare: () => people.prepare() };
}

/**
 * The folder as a database that opens and closes by itself. While anybody asks, its lock is held: between two questions the
 * files are what a crash would leave, whole with their log, and the operator's command may copy them (engine/ops/people-folder.ts).
 */
class PeopleFolder implements Database {
  readonly #folder: string;
  readonly #log: PeopleDatabaseOptions["log"];
  readonly #idleMs: number;
  /** null: nobody has asked yet. */
  #lock: FileLock | null = null;
  /** null: not held, nor being taken. */
  #held: Promise<void> | null = null;
  #heldSinceMs = 0;
  /** Nobody begins before it resolves. */
  #pause: PromiseWithResolvers<void> | null = null;
  #asking = 0;
  #current: Promise<PgliteDatabase> | null = null;
  #closing: Promise<void> = Promise.resolve();
  #failure: Error | null = null;
  #isClosed = false;
  #isPrepared = false;
  #idle: NodeJS.Timeout | undefined;

  constructor({ folder, log, idleMs = CLOSED_AFTER_MS }: PeopleDatabaseOptions) {
    this.#folder = folder;
    this.#log = log;
    this.#idleMs = idleMs;
  }

  query(sql: string, parameters?: readonly SqlParameter[]): Promise<readonly Row[]> {
    return this.#ask((database) => database.query(sql, parameters));
  }

  script(sql: string): Promise<void> {
    return this.#ask((database) => database.script(sql));
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#ask((database) => database.transaction(work));
  }

  prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    if (existsSync(this.#folder)) return;
    this.#ask(async () => {}).then(
      () => this.#rest(),
      () => {
        // Told of in the log; whoever asks for something hears of it too.
      },
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#failure = historyUnavailable("the exchange is closing");
    // Nothing to write where it was never opened.
    if (this.#current !== null) await this.#hold();
    this.#leave();
    await this.#closing;
    this.#lock?.close();
  }

  async #ask<T>(work: (database: PgliteDatabase) => Promise<T>): Promise<T> {
    const isLong = this.#asking > 0 && performance.now() - this.#heldSinceMs > HELD_MAX_MS;
    if (isLong) this.#pause ??= Promise.withResolvers();
    while (this.#pause !== null) await this.#pause.promise;
    this.#asking += 1;
    clearTimeout(this.#idle);
    try {
      await this.#hold();
      return await work(await this.#open());
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) void this.#letGo();
    }
  }

  #hold(): Promise<void> {
    this.#held ??= this.#take().catch((error) => {
      this.#held = null;
      throw error;
    });
    return this.#held;
  }

  async #take(): Promise<void> {
    this.#lock ??= new FileLock(peopleLockOf(dirname(this.#folder)));
    if (!(await this.#lock.take(WAITS_FOR_COPY_MS))) throw historyUnavailable("the folder of people is being copied");
    this.#heldSinceMs = performance.now();
  }

  /** Behind whatever the database still does for itself. */
  async #letGo(): Promise<void> {
    await this.#current
      ?.then((database) => database.query("select 1"))
      .catch(() => {
        // It does not open, or is lost: it writes nothing.
      });
    if (this.#asking > 0) return;
    if (this.#held !== null && !this.#isClosed) {
      this.#held = null;
      this.#lock?.giveBack();
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.#rest(), this.#idleMs).unref();
    }
    const pause = this.#pause;
    if (pause === null) return;
    await delay(PAUSE_MS);
    if (this.#pause === pause) this.#pause = null;
    pause.resolve();
  }

  /** Closes the folder, unless somebody asks before it can. */
  async #rest(): Promise<void> {
    if (this.#current === null || this.#failure !== null) return;
    this.#asking += 1;
    try {
      await this.#hold();
      if (this.#asking > 1 || this.#current === null) return;
      this.#leave();
      await this.#closing;
      this.#log({ at: "people", outcome: "closed" });
    } catch {
      // It is being copied: the next question's end is the next time.
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) void this.#letGo();
    }
  }

  /** Whoever asks next opens it anew, once it is closed. */
  #leave(): void {
    const current = this.#current;
    this.#current = null;
    this.#closing = this.#closing.then(async () => {
      await current?.then(
        (database) => database.close(),
        () => {
          // It never opened, and was told of when it did not.
        },
      );
    });
  }

  #open(): Promise<PgliteDatabase> {
    if (this.#failure !== null) throw this.#failure;
    this.#current ??= this.#closing.then(() => this.#openNow());
    return this.#current;
  }

  async #openNow(): Promise<PgliteDatabase> {
    const startedMs = performance.now();
    const folder = this.#folder;
    try {
      if (!existsSync(folder)) await this.#make();
      // Without it PGlite would take the folder for an empty one, and write a new database over what is left.
      if (!existsSync(join(folder, "PG_VERSION"))) throw new Error(`${folder} holds no database`);
      const database = this.#in(folder);
      await database.ready;
      this.#log({ at: "people", outcome: "open", openMs: Math.round(performance.now() - startedMs) });
      return database;
    } catch (error) {
      // Not tried again before the next start: whatever is wrong with the folder, an operator looks at it first.
      const reason = error instanceof Error ? error.message : String(error);
      this.#log({ at: "people", outcome: "failed", folder, reason });
      this.#failure ??= historyUnavailable("the folder of people does not open", error);
      throw this.#failure;
    }
  }

  /** A process that dies halfway leaves the other name, which the next one clears away. */
  async #make(): Promise<void> {
    const { syncFolder, syncLater } = await import("../_shared/durable-files.ts");
    const making = `${this.#folder}.making`;
    await rm(making, { recursive: true, force: true });
    const made = this.#in(making);
    await made.ready;
    await made.close();
    await syncFolder(making);
    await rename(making, this.#folder);
    await syncLater(dirname(this.#folder));
  }

  #in(folder: string): PgliteDatabase {
    return pgliteDatabase({
      folder,
      migrate: migratePeople,
      setAsidePath: null,
      onLost: (error) => {
        this.#log({ at: "people", outcome: "lost", reason: error.message });
        // Its log is on the disk: whoever asks next opens it anew.
        this.#leave();
      },
    });
  }
}
