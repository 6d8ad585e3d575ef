/**
 * The built screen in memory: every file by the path it is asked for, in each coding that was made of it at the build.
 *
 * Read whole at the start, which is a few milliseconds; afterwards a request touches no disk. dist/site.json is the list:
 * what is not in it is not served.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

/** Content codings, dearest first: the first that the client takes is sent. */
export const CODINGS = ["br", "gzip"] as const;
export type Coding = (typeof CODINGS)[number];
/** What a compressed twin is called beside its file. */
export const CODING_SUFFIX: Readonly<Record<Coding, string>> = { br: ".br", gzip: ".gz" };

const DECODE: Readonly<Record<Coding, (encoded: Uint8Array) => Uint8Array>> = {
  br: (encoded) => brotliDecompressSync(encoded),
  gzip: (encoded) => gunzipSync(encoded),
};
const HASH_DIGITS = 16;

/** The document behind every page of the screen. */
export const DOCUMENT_PATH = "/";
export const SITE_LIST = "site.json";

/** dist/site.json */
export interface SiteList {
  /** Of all that the build is made from (screen-sources.ts). */
  readonly sources: string;
  readonly files: readonly SiteListEntry[];
}

export interface SiteListEntry {
  /** As it is asked for. */
  readonly path: string;
  /** Below dist. */
  readonly file: string;
  readonly contentType: string;
  /** Of its bytes, without quotes. */
  readonly hash: string;
  readonly codings: readonly Coding[];
}

export interface SiteFile {
  readonly path: string;
  readonly contentType: string;
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly encoded: Readonly<Partial<Record<Coding, Uint8Array>>>;
}

export type Site = ReadonlyMap<string, SiteFile>;

/** Beside this file, in the sources as in the image. */
export const DIST = new URL("./dist/", import.meta.url);

/** A file is not what the list says: dist is of two builds, or was cut off. */
export class SiteDamaged extends Error {}

/** @throws SiteDamaged; what the file system says where dist is missing or incomplete. */
export function readSite(dist: URL = DIST): Site {
  return new Map(readSiteList(dist).files.map((entry) => [entry.path, readSiteFile(dist, entry)]));
}

/** @throws what the file system says where there is no such file. */
export function readSiteList(dist: URL = DIST): SiteList {
  return JSON.parse(readFileSync(new URL(SITE_LIST, dist), "utf8")) as SiteList;
}

function readSiteFile(dist: URL, { path, file, contentType, hash, codings }: SiteListEntry): SiteFile {
  const at = new URL(file, dist);
  const bytes = readFileSync(at);
  if (contentHash(bytes) !== hash) throw new SiteDamaged(`${file} is not what the list says`);
  const encoded = Object.fromEntries(codings.map((coding) => [coding, readEncoded(at, coding, bytes)]));
  return { path, contentType, hash, bytes, encoded };
}

function readEncoded(at: URL, coding: Coding, bytes: Uint8Array): Uint8Array {
  const encoded = readFileSync(new URL(at.href + CODING_SUFFIX[coding]));
  if (!isEqual(DECODE[coding], encoded, bytes))
    throw new SiteDamaged(`${at.pathname}: its ${coding} is of another file`);
  return encoded;
}

function isEqual(decode: (encoded: Uint8Array) => Uint8Array, encoded: Uint8Array, bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(decode(encoded), bytes) === 0;
  } catch {
    // Cut off in the middle.
    return false;
  }
}

/** As it stands in the list. */
export function contentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, HASH_DIGITS);
}
