/**
 * `node functions/web/build.ts`: the screen by Vite, each file compressed once and for all, and the list of them, in
 * functions/web/dist. Does nothing where dist is of these very sources (`--again`: does it all the same).
 *
 * Made beside and moved into its place: whoever reads dist finds the old one or the new one. Exits 1 with Vite's words.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { isBuilt, PROJECT_ROOT, sourcesHash } from "./screen-sources.ts";
import {
  CODING_SUFFIX,
  CODINGS,
  type Coding,
  contentHash,
  DIST,
  DOCUMENT_PATH,
  SITE_LIST,
  type SiteList,
  type SiteListEntry,
} from "./site.ts";

/** Every kind that a build may make; another one is a mistake, and said. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html;charset=UTF-8",
  ".js": "text/javascript;charset=UTF-8",
  ".css": "text/css;charset=UTF-8",
  ".json": "application/json;charset=UTF-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain;charset=UTF-8",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};
/** Compressed as they are. */
const DENSE: ReadonlySet<string> = new Set([".woff2", ".png"]);
const DOCUMENT_FILE = "index.html";
const LICENSES_FILE = "licenses.txt";
const BROTLI_QUALITY = 11;
const GZIP_LEVEL = 9;

/** Beside dist on the same disk, and in nobody's way: git knows the folder as what tests leave behind. */
const WORKSHOP = join(PROJECT_ROOT, ".artifacts");
const WORK_PREFIX = "screen-";
/** And the number of the process that works in it. */
const WORK_FOLDER = /^screen-(\d+)(\.old)?$/;

const MOVE_ATTEMPTS_MAX = 10;
/** Another one was there a moment ago, or is there again. */
const RACES: ReadonlySet<string> = new Set(["ENOENT", "ENOTEMPTY", "EEXIST"]);

const COMPRESS: Readonly<Record<Coding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: GZIP_LEVEL }),
};

/** @param folder is emptied first. @throws what Vite says of sources that do not build. */
export async function buildScreen(folder: string, sources: string): Promise<SiteList> {
  // Vite believes it before it believes the mode, and with another value builds what is twice as large and half as fast.
  process.env.NODE_ENV = "production";
  // The one heavy import, and a development dependency.
  const { build } = await import("vite");
  await build({
    configFile: join(import.meta.dirname, "vite.config.ts"),
    mode: "production",
    logLevel: "warn",
    build: {
      outDir: folder,
      emptyOutDir: true,
      license: { fileName: LICENSES_FILE },
      // How long each plugin took is nobody's mistake.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const made = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const files = await Promise.all(made.map((file) => listed(folder, file)));
  const list: SiteList = { sources, files };
  writeFileSync(join(folder, SITE_LIST), `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

/** Compresses it beside itself, where that makes it smaller. */
async function listed(folder: string, file: string): Promise<SiteListEntry> {
  const extension = extname(file);
  const contentType = CONTENT_TYPES[extension];
  if (contentType === undefined) throw new Error(`${file}: no content type is known of ${extension}`);
  const bytes = readFileSync(join(folder, file));
  const codings: Coding[] = [];
  for (const coding of DENSE.has(extension) ? [] : CODINGS) {
    const encoded = await COMPRESS[coding](bytes);
    if (encoded.length >= bytes.length) continue;
    writeFileSync(join(folder, file + CODING_SUFFIX[coding]), encoded);
    codings.push(coding);
  }
  const path = file === DOCUMENT_FILE ? DOCUMENT_PATH : `/${file}`;
  return { path, file, contentType, hash: contentHash(bytes), codings };
}

async function main(again: boolean): Promise<void> {
  const sources = sourcesHash();
  if (!again && isBuilt(sources)) return;
  const startedMs = performance.now();
  const dist = fileURLToPath(DIST);
  sweepUp();
  const made = join(WORKSHOP, `${WORK_PREFIX}${process.pid}`);
  mkdirSync(made, { recursive: true });
  try {
    const { files } = await buildScreen(made, sources);
    // Somebody else was quicker with the same.
    if (!again && isBuilt(sources)) return;
    moveIntoPlace(made, dist);
    const buildMs = Math.round(performance.now() - startedMs);
    console.log(JSON.stringify({ at: "web", outcome: "built", files: files.length, buildMs }));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** What builds left behind that were killed. */
function sweepUp(): void {
  for (const name of existsSync(WORKSHOP) ? readdirSync(WORKSHOP) : []) {
    const [, pid] = WORK_FOLDER.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(WORKSHOP, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's is running all the same.
    return (error as { code?: unknown }).code === "EPERM";
  }
}

/** Two renames: for the moment between them there is none. Whoever else builds does the same, so it is tried again. */
function moveIntoPlace(made: string, dist: string): void {
  const old = `${made}.old`;
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(made, dist);
      break;
    } catch (error) {
      const isRace = RACES.has(String((error as { code?: unknown }).code));
      if (!isRace || attempt === MOVE_ATTEMPTS_MAX) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

if (import.meta.main) await main(process.argv.includes("--again"));
