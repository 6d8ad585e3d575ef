/**
 * One process per journal folder, guarded by the kernel.
 *
 * The lock is SQLite's exclusive lock (node:sqlite) on the empty file `lock` in the folder: an fcntl lock on Linux and macOS,
 * which the kernel drops when the process ends, kill -9 included, and which a second open in the same process does not pass
 * either. The options that lost: a pid file (a reused pid, another container's pids; two starters who both find it stale);
 * a Unix socket in the folder (stays after a kill, same race to remove it, paths over 104 bytes); an abstract socket
 * (Linux only, one per network namespace, so two containers on one volume pass it).
 *
 * Nobody else in the process may open and close that file: that would drop an fcntl lock.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./journal-error.ts";

const LOCK_FILE = "lock";
const SQLITE_BUSY = 5;

export function lockFolder(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    const message = `another process uses ${directory}: stop it first (two engines on one journal would both acknowledge orders)`;
    throw new JournalError("locked", message, { file: path }, { cause });
  }
  return () => database.close();
}
