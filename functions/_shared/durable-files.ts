/**
 * PGlite's files with PostgreSQL's own durability: what is committed has reached the disk.
 *
 * PGlite starts PostgreSQL without fsync, and its layer over Node's files has none to call. Both are given back: the start is
 * PGlite's own but for `-F`, and a sync of PostgreSQL's becomes one of the kernel's. So a commit waits for its log, a checkpoint
 * for the pages before the record that relies on them, as on any server; a power cut costs nothing that was answered. Measured
 * on a local SSD: 0.2 to 0.6 ms a commit.
 */
import { fsyncSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/** Of all the ways in which the log can be synced, the one that the files below know. */
const DURABLE = ["-c", "fsync=on", "-c", "wal_sync_method=fsync"];

export function durableStart(): string[] {
  return [...PGlite.defaultStartParams.filter((word) => word !== "-F"), ...DURABLE];
}

/** Emscripten's, as far as it is needed here. */
interface MountedFiles {
  readonly stream_ops: { fsync?: (stream: OpenStream) => number };
}
interface OpenStream {
  /** Of a file or a folder. */
  readonly nfd: number;
}

type Options = Parameters<NodeFS["init"]>[1];

export class DurableFiles extends NodeFS {
  override async init(pg: PGlite, options: Options): Promise<{ emscriptenOpts: Options }> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = [emscriptenOpts.preRun ?? []].flat();
    const withSync = (module: { readonly NODEFS: unknown }): void => {
      const files = module.NODEFS as MountedFiles;
      files.stream_ops.fsync = (stream) => {
        fsyncSync(stream.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, withSync] as never } };
  }
}

/** A folder whose files were written by a program that syncs nothing. Blocks nobody meanwhile. */
export async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncFolder(path);
    else if (entry.isFile()) await syncLater(path);
  }
  await syncLater(folder);
}

/** A file or a folder. */
export async function syncLater(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
