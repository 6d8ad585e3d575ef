/**
 * A disk in memory that fails on request and loses what was not synced. Tests only.
 *
 * It keeps, per file, what each 512-byte sector held at the last sync, and the directory changes since the last directory
 * sync. A crash keeps any subset of the changed sectors (the caller chooses) and a prefix of the directory changes.
 * Every call is counted; a plan says, per call, whether it fails, writes short, or is the last one the process makes.
 */
import { basename, dirname } from "node:path";
import type { Disk, OpenMode } from "../journal/disk.ts";
import { JournalError } from "../journal/journal-error.ts";

export const SECTOR_BYTES = 512;

export type DiskCallName = "open" | "read" | "write" | "sync_data" | "rename" | "remove" | "sync_directory";

export interface DiskCall {
  /** 0, 1, 2… over the life of this disk. */
  readonly index: number;
  readonly name: DiskCallName;
  readonly path: string;
}

/** error: the call does nothing and fails. short: a write stops half-way. crash: the process ends before the call. */
export type DiskFault =
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "short" }
  | { readonly kind: "crash" };
export type FaultPlan = (call: DiskCall) => DiskFault | null;

/** The process has ended; nothing it does from here on reaches the disk. */
export class SimulatedCrash extends Error {
  readonly code = "simulated_crash";
}

interface FileNode {
  bytes: Buffer;
  size: number;
  /** What a sector held when it was last synced; only sectors changed since. */
  readonly unsynced: Map<number, Buffer>;
}

interface NameChange {
  readonly directory: string;
  /** What the names it touched stood for before; null: nothing. */
  readonly before: readonly (readonly [path: string, node: FileNode | null])[];
}

export interface DirtySector {
  readonly path: string;
  readonly sector: number;
}

export class FaultyDisk implements Disk {
  plan: FaultPlan = () => null;
  readonly calls: DiskCall[] = [];
  #crashed = false;
  #files = new Map<string, FileNode>();
  #directories = new Set<string>(["/"]);
  #open = new Map<number, { path: string; node: FileNode }>();
  #nextDescriptor = 3;
  #nameChanges: NameChange[] = [];
  #locked = new Set<string>();

  /** The sectors that a crash now may lose. */
  dirtySectors(): DirtySector[] {
    const dirty: DirtySector[] = [];
    for (const [path, node] of this.#files) for (const sector of node.unsynced.keys()) dirty.push({ path, sector });
    return dirty;
  }

  /** What a dirty sector held when it was last synced. */
  syncedSector(path: string, sector: number): Buffer {
    return this.#node(path).unsynced.get(sector) as Buffer;
  }

  /** Directory changes that a crash now may lose. */
  get unsyncedNames(): number {
    return this.#nameChanges.length;
  }

  /** Power is lost, and comes back: a new disk with what survived. */
  afterCrash(keepsSector: (sector: DirtySector, index: number) => boolean, namesKept: number): FaultyDisk {
    for (const [index, dirty] of this.dirtySectors().entries()) {
      if (keepsSector(dirty, index)) continue;
      const node = this.#files.get(dirty.path) as FileNode;
      (node.unsynced.get(dirty.sector) as Buffer).copy(node.bytes, dirty.sector * SECTOR_BYTES);
    }
    for (const change of this.#nameChanges.slice(namesKept).reverse()) {
      for (const [path, node] of change.before) {
        if (node === null) this.#files.delete(path);
        else this.#files.set(path, node);
      }
    }
    return this.copy();
  }

  /** An independent disk with the same files, all of it synced. */
  copy(): FaultyDisk {
    const disk = new FaultyDisk();
    for (const [path, node] of this.#files) {
      disk.#files.set(path, { bytes: Buffer.from(node.bytes), size: node.size, unsynced: new Map() });
    }
    disk.#directories = new Set(this.#directories);
    return disk;
  }

  /** An independent disk in the very same state: what is not synced here is not synced there. */
  copyWithUnsynced(): FaultyDisk {
    const disk = new FaultyDisk();
    const copies = new Map<FileNode, FileNode>();
    const copyOf = (node: FileNode) => {
      const copy = copies.get(node) ?? {
        bytes: Buffer.from(node.bytes),
        size: node.size,
        unsynced: new Map(node.unsynced),
      };
      copies.set(node, copy);
      return copy;
    };
    for (const [path, node] of this.#files) disk.#files.set(path, copyOf(node));
    disk.#nameChanges = this.#nameChanges.map((change) => ({
      directory: change.directory,
      before: change.before.map(([path, node]) => [path, node === null ? null : copyOf(node)] as const),
    }));
    disk.#directories = new Set(this.#directories);
    return disk;
  }

  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  contentOf(path: string): Buffer {
    const node = this.#node(path);
    return node.bytes.subarray(0, node.size);
  }

  flipBit(path: string, bit: number): void {
    const bytes = this.contentOf(path);
    bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  }

  truncate(path: string, size: number): void {
    const node = this.#node(path);
    node.bytes.fill(0, size);
    node.size = size;
  }

  makeDirectory(path: string): void {
    this.#alive();
    for (let each = path; each !== "/" && each !== "."; each = dirname(each)) this.#directories.add(each);
  }

  list(path: string): readonly string[] {
    this.#alive();
    return [...this.#files.keys()].filter((each) => dirname(each) === path).map((each) => basename(each));
  }

  open(path: string, mode: OpenMode): number {
    this.#step("open", path);
    if (mode === "create") {
      this.#changeNames(path);
      this.#files.set(path, { bytes: Buffer.alloc(0), size: 0, unsynced: new Map() });
    }
    const node = this.#node(path);
    const descriptor = this.#nextDescriptor;
    this.#nextDescriptor += 1;
    this.#open.set(descriptor, { path, node });
    return descriptor;
  }

  close(file: number): void {
    this.#open.delete(file);
  }

  sizeOf(file: number): number {
    return this.#opened(file).node.size;
  }

  read(file: number, into: Uint8Array, position: number): number {
    const { path, node } = this.#opened(file);
    this.#step("read", path);
    const count = Math.max(0, Math.min(into.byteLength, node.size - position));
    into.set(node.bytes.subarray(position, position + count));
    return count;
  }

  write(file: number, bytes: Uint8Array, position: number): number {
    const { path, node } = this.#opened(file);
    const isShort = this.#step("write", path) === "short";
    const count = isShort ? bytes.byteLength >> 1 : bytes.byteLength;
    put(node, bytes.subarray(0, count), position);
    return count;
  }

  async writeInBackground(file: number, bytes: Uint8Array, position: number): Promise<number> {
    return this.write(file, bytes, position);
  }

  syncData(file: number): void {
    const { path, node } = this.#opened(file);
    this.#step("sync_data", path);
    node.unsynced.clear();
  }

  async syncDataInBackground(file: number): Promise<void> {
    this.syncData(file);
  }

  rename(from: string, to: string): void {
    this.#step("rename", from);
    const node = this.#node(from);
    this.#changeNames(from, to);
    this.#files.delete(from);
    this.#files.set(to, node);
  }

  remove(path: string): void {
    this.#step("remove", path);
    if (!this.#files.has(path)) return;
    this.#changeNames(path);
    this.#files.delete(path);
  }

  async removeInBackground(path: string): Promise<void> {
    this.remove(path);
  }

  syncDirectory(path: string): void {
    this.#step("sync_directory", path);
    this.#nameChanges = this.#nameChanges.filter((change) => change.directory !== path);
  }

  async syncDirectoryInBackground(path: string): Promise<void> {
    this.syncDirectory(path);
  }

  lock(directory: string): () => void {
    this.#alive();
    if (this.#locked.has(directory)) throw new JournalError("locked", `another process uses ${directory}`);
    this.#locked.add(directory);
    return () => void this.#locked.delete(directory);
  }

  /** Notes what these names, all of one directory, stand for before they change. */
  #changeNames(...paths: readonly string[]): void {
    const before = paths.map((path) => [path, this.#files.get(path) ?? null] as const);
    this.#nameChanges.push({ directory: dirname(paths[0] as string), before });
  }

  #alive(): void {
    if (this.#crashed) throw new SimulatedCrash("the process has ended");
  }

  #step(name: DiskCallName, path: string): "go" | "short" {
    this.#alive();
    const call = { index: this.calls.length, name, path };
    this.calls.push(call);
    const fault = this.plan(call);
    if (fault === null) return "go";
    switch (fault.kind) {
      case "short":
        return "short";
      case "crash":
        this.#crashed = true;
        throw new SimulatedCrash(`the process ends before ${name} ${path}`);
      case "error":
        throw Object.assign(new Error(`${fault.code}: ${name} ${path}`), { code: fault.code });
    }
  }

  #node(path: string): FileNode {
    const node = this.#files.get(path);
    if (node === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
    return node;
  }

  #opened(file: number): { path: string; node: FileNode } {
    this.#alive();
    const opened = this.#open.get(file);
    if (opened === undefined) throw Object.assign(new Error("EBADF"), { code: "EBADF" });
    return opened;
  }
}

function put(node: FileNode, bytes: Uint8Array, position: number): void {
  const end = position + bytes.byteLength;
  if (node.bytes.byteLength < roundUp(end)) {
    const grown = Buffer.alloc(Math.max(roundUp(end), 2 * node.bytes.byteLength));
    node.bytes.copy(grown);
    node.bytes = grown;
  }
  for (let sector = Math.floor(position / SECTOR_BYTES); sector * SECTOR_BYTES < end; sector += 1) {
    if (node.unsynced.has(sector)) continue;
    const held = node.bytes.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    node.unsynced.set(sector, Buffer.from(held));
  }
  node.bytes.set(bytes, position);
  node.size = Math.max(node.size, end);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;
}
