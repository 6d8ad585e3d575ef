/**
 * Everything the journal asks of a file system, so that a test can put a faulty one in its place (engine/sim/faulty-disk.ts).
 *
 * Writes may be short and say so by their result, as pwrite does. Directory entries are durable after syncDirectory only.
 * The async calls are for what must not stop the engine's loop: the sync of a frame, and all background work.
 */
import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { lockFolder } from "./folder-lock.ts";

export type FileDescriptor = number;

/** read: must exist. update: read and write, must exist. create: read and write, emptied if it exists. */
export type OpenMode = "read" | "update" | "create";

export interface Disk {
  makeDirectory(path: string): void;
  /** Names in the directory, unordered; empty when it does not exist. */
  list(path: string): readonly string[];
  open(path: string, mode: OpenMode): FileDescriptor;
  close(file: FileDescriptor): void;
  sizeOf(file: FileDescriptor): number;
  /** @returns bytes read, fewer than asked at the end of the file. */
  read(file: FileDescriptor, into: Uint8Array, position: number): number;
  /** @returns bytes written, perhaps fewer than given. */
  write(file: FileDescriptor, bytes: Uint8Array, position: number): number;
  writeInBackground(file: FileDescriptor, bytes: Uint8Array, position: number): Promise<number>;
  /** Data and what is needed to read it back (fdatasync). */
  syncData(file: FileDescriptor): void;
  syncDataInBackground(file: FileDescriptor): Promise<void>;
  rename(from: string, to: string): void;
  /** Removes a file; one that does not exist is no error. */
  remove(path: string): void;
  /** For large files: freeing 64 MiB held a loop up for 73 ms. Close the file first, or closing pays. */
  removeInBackground(path: string): Promise<void>;
  syncDirectory(path: string): void;
  syncDirectoryInBackground(path: string): Promise<void>;
  /** Takes the folder for this process alone, or throws JournalError `locked`. @returns the way to let go. */
  lock(directory: string): () => void;
}

const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
};
/** The journal holds orders and account numbers: for its owner alone. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** The machine's own file system. On macOS libuv makes fdatasync and fsync an F_FULLFSYNC, which the drive's cache obeys. */
export const realDisk: Disk = {
  makeDirectory: (path) => void mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE }),
  list(path) {
    try {
      return readdirSync(path);
    } catch (error) {
      if (isErrorCode(error, "ENOENT")) return [];
      throw error;
    }
  },
  open: (path, mode) => openSync(path, OPEN_FLAGS[mode], FILE_MODE),
  close: (file) => closeSync(file),
  sizeOf: (file) => fstatSync(file).size,
  read: (file, into, position) => readSync(file, into, 0, into.byteLength, position),
  write: (file, bytes, position) => writeSync(file, bytes, 0, bytes.byteLength, position),
  writeInBackground: (file, bytes, position) =>
    new Promise((resolve, reject) => {
      write(file, bytes, 0, bytes.byteLength, position, (error, count) => (error ? reject(error) : resolve(count)));
    }),
  syncData: (file) => fdatasyncSync(file),
  syncDataInBackground: (file) =>
    new Promise((resolve, reject) => {
      fdatasync(file, (error) => (error ? reject(error) : resolve()));
    }),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true }),
  removeInBackground: (path) => rm(path, { force: true }),
  syncDirectory(path) {
    const file = openSync(path, constants.O_RDONLY);
    try {
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  async syncDirectoryInBackground(path) {
    const file = openSync(path, constants.O_RDONLY);
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(file, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      close(file);
    }
  },
  lock: lockFolder,
};

/** Reads until the buffer is full or the file ends. @returns bytes read. */
export function readFully(disk: Disk, file: FileDescriptor, into: Uint8Array, position: number): number {
  let count = 0;
  while (count < into.byteLength) {
    const got = disk.read(file, count === 0 ? into : into.subarray(count), position + count);
    if (got === 0) break;
    count += got;
  }
  return count;
}

/** A short write is what a full disk says instead of an error. */
export function requireWhole(written: number, expected: number): void {
  if (written !== expected) throw new ShortWrite(written, expected);
}

export class ShortWrite extends Error {
  readonly code = "short_write";

  constructor(written: number, expected: number) {
    super(`short write: ${written} of ${expected} bytes; the disk is probably full`);
    this.name = "ShortWrite";
  }
}

export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
