/**
 * An exclusive lock between processes on an empty file: SQLite's (node:sqlite), as folder-lock.ts says why, but taken and
 * given back as often as one likes. The kernel drops it with the process.
 *
 * Nobody else in the process may open and close that file: that would drop an fcntl lock.
 */
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

const SQLITE_BUSY = 5;
const ASK_EVERY_MS = 10;

export class FileLock {
  readonly #database: DatabaseSync;

  /** Made where it is not there. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec("PRAGMA busy_timeout = 0");
  }

  /** @returns false: another process has held it all the while. */
  async take(withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    while (!this.#tried()) {
      if (performance.now() >= deadlineMs) return false;
      await delay(ASK_EVERY_MS);
    }
    return true;
  }

  giveBack(): void {
    this.#database.exec("ROLLBACK");
  }

  /** Gives it back, if it is held. */
  close(): void {
    this.#database.close();
  }

  #tried(): boolean {
    try {
      this.#database.exec("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
      return false;
    }
  }
}
