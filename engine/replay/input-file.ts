/**
 * Reading a capture: plain, .gz or .xz, and the companion files that lie beside it.
 *
 * Owns: decompression and the words for what cannot be read. Whole files are read into memory (the largest known is
 * 80 MB unpacked); INPUT_BYTES_MAX bounds that. For .xz the `xz` program is used where it is installed, because it is
 * several times faster, else the WebAssembly of the package xz-decompress; both give the same bytes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import xzDecompress from "xz-decompress";

export const INPUT_BYTES_MAX = 2 ** 31 - 1;
const SUFFIXES = ["", ".xz", ".gz"] as const;

/** The input cannot be read as what it was said to be. The message is for the person who named the file. */
export class UnreadableInput extends Error {
  readonly code = "unreadable_input";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnreadableInput";
  }
}

export type XzDecoder = "program" | "webassembly";

const GZ_MAGIC = [0x1f, 0x8b];
const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/** The bytes of a file, unpacked by the end of its name, or by its first bytes where the name says nothing. */
export async function readInput(path: string, xz: readonly XzDecoder[] = ["program", "webassembly"]) {
  const packed = await readPacked(path);
  try {
    if (path.endsWith(".gz") || beginsWith(packed, GZ_MAGIC))
      return new Uint8Array(gunzipSync(packed, { maxOutputLength: INPUT_BYTES_MAX }));
    if (path.endsWith(".xz") || beginsWith(packed, XZ_MAGIC)) return await unpackXz(path, packed, xz);
  } catch (cause) {
    if (cause instanceof UnreadableInput) throw cause;
    throw new UnreadableInput(`${path} does not unpack: ${messageOf(cause)}`, { cause });
  }
  return packed;
}

/** The lines of a text file, without their line ends and without a last empty line. */
export async function readLines(path: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readInput(path));
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A file of another name beside `path`, packed or not; null where there is none. */
export function companionOf(path: string, name: string): string | null {
  for (const suffix of SUFFIXES) {
    const candidate = join(dirname(path), name + suffix);
    if (existsSync(candidate)) return candidate;
  }
  return null;
}

/** The file's name without .xz or .gz. */
export function unpackedName(path: string): string {
  return basename(path).replace(/\.(xz|gz)$/, "");
}

async function readPacked(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(path);
    if (size > INPUT_BYTES_MAX) throw new UnreadableInput(`${path} has ${size} bytes; the limit is ${INPUT_BYTES_MAX}`);
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if (cause instanceof UnreadableInput) throw cause;
    throw new UnreadableInput(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function unpackXz(path: string, packed: Uint8Array<ArrayBuffer>, decoders: readonly XzDecoder[]) {
  if (decoders.includes("program")) {
    const unpacked = await unpackWithProgram(path, packed);
    if (unpacked !== null) return unpacked;
  }
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(packed);
      controller.close();
    },
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of new xzDecompress.XzReadableStream(source)) chunks.push(chunk.slice());
  return concatenated(chunks);
}

/** null where the program is not installed. */
async function unpackWithProgram(path: string, packed: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
  const child = spawn("xz", ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "pipe"] });
  const started = await new Promise<boolean>((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
  if (!started) return null;
  const closed = once(child, "close");
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  // A program that finds its input damaged stops reading; what it says of it is the error, not the broken pipe.
  child.stdin.on("error", () => {});
  child.stdin.end(packed);
  const chunks: Uint8Array[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const [code] = await closed;
  if (code !== 0) throw new UnreadableInput(`${path} does not unpack: ${complaint.trim()}`);
  return concatenated(chunks);
}

/** In a buffer of its own, so that typed views of it start at 0. */
function concatenated(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > INPUT_BYTES_MAX) throw new UnreadableInput(`more than ${INPUT_BYTES_MAX} bytes unpacked`);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function beginsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
