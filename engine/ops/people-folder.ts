/**
 * The people of an exchange in one process (functions/_local/people-database.ts) in its backup: a folder that nothing can make
 * again. Where they are in Postgres there is no such folder, and Postgres has a backup of its own.
 *
 * The exchange holds the lock beside the folder while anybody asks about people. In between the files are what a crash would
 * leave, which is what the database recovers from; so they are copied under that lock, and whoever asks meanwhile waits.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileLock } from "../journal/file-lock.ts";
import { JournalError } from "../journal/journal-error.ts";

const PEOPLE = "people";
/** Questions are milliseconds; a first one, which makes the folder, is seconds. */
const LOCK_WITHIN_MS = 30_000;
const DIRECTORY_MODE = 0o700;

/** `none`: there is no folder of people. `kept`: one is there already, newer than the backup's, and stays. */
export type PeopleCopied = "copied" | "kept" | "none";

export function peopleLockOf(dataFolder: string): string {
  return join(dataFolder, "people.lock");
}

/** May run beside the exchange. A copy of before is replaced once the new one is whole. @throws JournalError `locked` */
export async function backUpPeople(dataFolder: string, backup: string): Promise<PeopleCopied> {
  const folder = join(dataFolder, PEOPLE);
  if (!existsSync(folder)) return "none";
  const lock = new FileLock(peopleLockOf(dataFolder));
  const making = join(backup, `${PEOPLE}.making`);
  try {
    if (!(await lock.take(LOCK_WITHIN_MS))) {
      const message = `${folder} was in use for ${LOCK_WITHIN_MS / 1_000} s: nothing was backed up, try again`;
      throw new JournalError("locked", message, { file: folder });
    }
    await copyFolder(folder, making);
  } finally {
    lock.close();
  }
  await syncTree(making);
  await replace(making, join(backup, PEOPLE));
  return "copied";
}

/** The exchange does not run: its journal's folder is empty. */
export async function restorePeople(backup: string, dataFolder: string): Promise<PeopleCopied> {
  const from = join(backup, PEOPLE);
  const folder = join(dataFolder, PEOPLE);
  if (existsSync(folder)) return "kept";
  if (!existsSync(from)) return "none";
  const making = `${folder}.making`;
  await copyFolder(from, making);
  await syncTree(making);
  await replace(making, folder);
  return "copied";
}

async function copyFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true, mode: DIRECTORY_MODE });
  await cp(from, to, { recursive: true });
}

async function replace(made: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
  await syncOne(dirname(folder));
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? syncTree(path) : syncOne(path));
  }
  await syncOne(folder);
}

async function syncOne(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
