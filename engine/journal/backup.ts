/**
 * Copies a journal's folder while the engine writes into it, and puts a copy back.
 *
 * A copy is a prefix of the journal: snapshots are taken first (whatever they know is durable by then), then the end is
 * looked for, then everything before that end is copied; what the engine writes meanwhile is left for the next time. A
 * second backup into the same folder copies only what is new there. Nothing counts as copied before all of it is verified.
 * Not copied: the lock, and the hint of what persistence has committed.
 *
 * What is put back begins another lineage: what happened after the backup is gone, and its numbers will be given again. It
 * begins with an epoch above every one that was ever seen, by the wall clock in seconds: epochs grow by one a start.
 */
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isErrorCode, realDisk } from "./disk.ts";
import { JournalError } from "./journal-error.ts";
import { type JournalPosition, JournalWalk } from "./journal-walk.ts";
import { beginLineage } from "./lineage.ts";
import { type JournalVerification, verifyJournal } from "./operator.ts";
import { ARCHIVE_DIRECTORY, listSegments, type SegmentFile, TEMPORARY_SUFFIX } from "./segment.ts";
import { listSnapshots, removeOldSnapshots } from "./snapshot.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const COPY_BYTES = 1024 * 1024;
/** Beside the journal (engine/runtime/committed-mark.ts): it speaks of tables that may be another lineage's. */
const COMMITTED_HINT = "committed-seq";

export interface BackupReport {
  readonly lastRecord: number;
  readonly epoch: number;
  readonly filesCopied: number;
  readonly bytesCopied: number;
}

/**
 * @param directory the journal's folder; an engine may be at work in it.
 * @param target a folder for backups of this journal alone; made when it is not there.
 * @throws JournalError when either is damaged, or the target holds another journal.
 */
export async function backUpJournal(directory: string, target: string): Promise<BackupReport> {
  const copied = { filesCopied: 0, bytesCopied: 0 };
  await mkdir(join(target, ARCHIVE_DIRECTORY), { recursive: true, mode: DIRECTORY_MODE });
  for (const { path } of listSnapshots(realDisk, directory)) await copyWhole(path, target, copied);
  // A journal does not end in an archived segment: where the end was archived under our hands, there is a later one.
  while ((await copySegments(directory, target, copied)) === "end_has_moved");
  await removeArchived(target);
  await removeOldSnapshots(realDisk, target);
  await syncFolders(target);
  const { lastRecord, epoch } = requireWhole(target);
  return { lastRecord, epoch, ...copied };
}

export interface RestoreOptions {
  readonly wallClockUs: () => number;
  /** The highest epoch that anybody is known to have seen, where this machine's clock cannot be trusted. */
  readonly epochAbove?: number;
}

/**
 * @param directory where the engine will look for its journal; must hold none.
 * @throws JournalError when the backup is damaged, or the clock is behind it: then nothing is copied.
 */
export async function restoreJournal(
  backup: string,
  directory: string,
  options: RestoreOptions,
): Promise<BackupReport> {
  if (listSegments(realDisk, directory).length > 0)
    throw new JournalError("refused", `${directory} holds a journal already: move it away first`, { file: directory });
  const epoch = epochOfRestore(requireWhole(backup), options);
  const copied = { filesCopied: 0, bytesCopied: 0 };
  await mkdir(join(directory, ARCHIVE_DIRECTORY), { recursive: true, mode: DIRECTORY_MODE });
  // The newest segment last: before it is there, the folder does not pass for a shorter journal.
  for (const { path } of listSnapshots(realDisk, backup)) await copyWhole(path, directory, copied);
  for (const file of listSegments(realDisk, backup)) await copySegment(backup, file, directory, copied);
  await rm(join(directory, COMMITTED_HINT), { force: true });
  await syncFolders(directory);
  beginLineage(directory, epoch);
  return { lastRecord: requireWhole(directory).lastRecord, epoch, ...copied };
}

/** Seconds since 1970 are above any number of starts that a journal has had since it began, or since it was restored last. */
function epochOfRestore(backup: JournalVerification, { wallClockUs, epochAbove }: RestoreOptions): number {
  const clockUs = wallClockUs();
  if (epochAbove === undefined && clockUs < backup.timeUs)
    throw new JournalError(
      "refused",
      "this machine's clock is behind the backup's newest frame: set it, or name the highest epoch that was ever seen (--epoch-above)",
    );
  return Math.max(backup.epoch + 1, (epochAbove ?? 0) + 1, Math.floor(clockUs / 1_000_000));
}

async function copySegments(directory: string, target: string, copied: Copied): Promise<"copied" | "end_has_moved"> {
  const end = endOf(directory);
  for (const file of listSegments(realDisk, directory)) {
    if (file.number < end.segment) await copySegment(directory, file, target, copied);
    else if (file.number === end.segment && (file.archived || (await copyUpTo(file, end, target, copied)) === "gone"))
      return "end_has_moved";
  }
  return "copied";
}

type Copied = { filesCopied: number; bytesCopied: number };

function endOf(directory: string): JournalPosition {
  const last = listSegments(realDisk, directory).at(-1);
  if (last === undefined)
    throw new JournalError("no_such_record", `${directory}: there is no journal here`, { file: directory });
  const walk = new JournalWalk(realDisk, directory, last, "one_frame");
  try {
    while (walk.next() !== null);
    return walk.position;
  } finally {
    walk.close();
  }
}

function requireWhole(directory: string): JournalVerification {
  const verification = verifyJournal(directory);
  if (verification.damage !== null) throw verification.damage;
  return verification;
}

/** A segment that is no longer written to; it may be archived between listing and copying. */
async function copySegment(directory: string, file: SegmentFile, target: string, copied: Copied): Promise<void> {
  const archived = join(directory, ARCHIVE_DIRECTORY, `${basename(file.path)}.zst`);
  const archive = join(target, ARCHIVE_DIRECTORY);
  if (file.archived) await copyWhole(file.path, archive, copied);
  else if ((await copyWhole(file.path, target, copied)) === "gone") await copyWhole(archived, archive, copied);
}

/** Through a temporary name, so that a file under its own name is whole. One of the same name and size is there already. */
async function copyWhole(path: string, folder: string, copied: Copied): Promise<"copied" | "there" | "gone"> {
  const to = join(folder, basename(path));
  const temporary = `${to}${TEMPORARY_SUFFIX}`;
  try {
    const { size } = await stat(path);
    if (isImmutable(path) && (await sizeOf(to)) === size) return "there";
    await copyFile(path, temporary);
    await syncFile(temporary);
    await rename(temporary, to);
    copied.filesCopied += 1;
    copied.bytesCopied += size;
    return "copied";
  } catch (error) {
    if (!isErrorCode(error, "ENOENT")) throw error;
    await rm(temporary, { force: true });
    return "gone";
  }
}

/** A raw segment may have been copied before it was full: its size says nothing. */
function isImmutable(path: string): boolean {
  return !path.endsWith(".journal");
}

/** The segment at the end: its frames so far, then zeros to its full size, as a preallocated one. "gone": archived by now. */
async function copyUpTo(
  file: SegmentFile,
  end: JournalPosition,
  target: string,
  copied: Copied,
): Promise<"copied" | "gone"> {
  const to = join(target, basename(file.path));
  const temporary = `${to}${TEMPORARY_SUFFIX}`;
  let source: FileHandle;
  try {
    source = await open(file.path, "r");
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return "gone";
    throw error;
  }
  try {
    const { size } = await source.stat();
    const copy = await open(temporary, "w", FILE_MODE);
    try {
      await copyBytes(source, copy, end.offset);
      await copy.truncate(size);
      await copy.sync();
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
  await rename(temporary, to);
  copied.filesCopied += 1;
  copied.bytesCopied += end.offset;
  return "copied";
}

async function copyBytes(source: FileHandle, copy: FileHandle, length: number): Promise<void> {
  const bytes = Buffer.alloc(COPY_BYTES);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await source.read(bytes, 0, Math.min(bytes.length, length - at), at);
    // A shorter file is damage, which the verification names.
    if (bytesRead === 0) return;
    await copy.write(bytes, 0, bytesRead, at);
    at += bytesRead;
  }
}

/** Raw segments of an earlier backup that are archived by now. */
async function removeArchived(target: string): Promise<void> {
  const archived = new Set(await readdir(join(target, ARCHIVE_DIRECTORY)));
  for (const name of await readdir(target)) if (archived.has(`${name}.zst`)) await rm(join(target, name));
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return -1;
    throw error;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolders(folder: string): Promise<void> {
  await realDisk.syncDirectoryInBackground(join(folder, ARCHIVE_DIRECTORY));
  await realDisk.syncDirectoryInBackground(folder);
}
