/**
 * All that lies in /app of one image, made by esbuild: programs, their workers, the files they read, the licences.
 *
 * Whatever a source names by `new URL("./…", import.meta.url)` comes along beside the bundle: a `.ts` (a worker's file) as
 * a bundle of its own, a folder as it is. Packages of LAZY_PACKAGES become files of their own, so that a start reads
 * nothing of them. Source maps go to another folder: an operator may keep them, an image does not carry them.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { BUNDLE_SUFFIX } from "./code-wrapper.ts";
import { type Companions, companionsPlugin, lazyPackageFile, noCompanions } from "./companions.ts";
import { licencesOf } from "./licences.ts";
import { trimsPlugin } from "./trims.ts";
import { type Image, type Program, startFileOf } from "./workloads.ts";

export const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..");
export const LICENCES_FILE = "LICENSES.txt";

export interface ImageBundle {
  readonly image: string;
  readonly folder: string;
  /** Files of ours and of packages that are in it, from the project's root. */
  readonly inputs: readonly string[];
}

/** @throws what esbuild says of a source that does not bundle, or the end of the program that comes before it. */
export async function bundleImage(image: Image, folder: string, mapFolder: string): Promise<ImageBundle> {
  for (const path of [folder, mapFolder]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  }
  if (image.before !== undefined) {
    execFileSync(process.execPath, [join(PROJECT_ROOT, image.before)], { cwd: PROJECT_ROOT, stdio: "inherit" });
  }
  const work = new ImageWork(folder, mapFolder);
  for (const program of image.programs) await work.addProgram(program);
  await work.addCompanions();
  const inputs = [...work.inputs].sort();
  writeFileSync(join(folder, LICENCES_FILE), licencesOf(inputs));
  return { image: image.name, folder, inputs };
}

class ImageWork {
  readonly inputs = new Set<string>();
  readonly #folder: string;
  readonly #mapFolder: string;
  readonly #wanted: Companions = noCompanions();

  constructor(folder: string, mapFolder: string) {
    this.#folder = folder;
    this.#mapFolder = mapFolder;
  }

  async addProgram(program: Program): Promise<void> {
    const start = startFileOf(program);
    if (program.kind === "module") return this.#bundle(program.entry, start, MODULE);
    await this.#bundle("engine/images/start.ts", start, SCRIPT);
    await this.#bundle(program.entry, program.name + BUNDLE_SUFFIX, SCRIPT);
  }

  /** Workers may name files of their own, and lazy packages may be lazy about others: until nothing new is named. */
  async addCompanions(): Promise<void> {
    const made = new Set<string>();
    for (;;) {
      const entries = [...this.#wanted.workers].filter((path) => !made.has(path));
      const packages = [...this.#wanted.packages].filter((name) => !made.has(name));
      if (entries.length + packages.length === 0) break;
      for (const path of entries) {
        made.add(path);
        await this.#bundle(path, basename(path).replace(/\.ts$/, ".cjs"), SCRIPT);
      }
      for (const name of packages) {
        made.add(name);
        await this.#bundle(name, lazyPackageFile(name), PACKAGE);
      }
    }
    for (const path of this.#wanted.folders) cpSync(path, join(this.#folder, basename(path)), { recursive: true });
  }

  async #bundle(entry: string, file: string, options: BuildOptions): Promise<void> {
    const outfile = join(this.#folder, file);
    const { metafile } = await build({
      ...COMMON,
      ...options,
      entryPoints: [entry],
      outfile,
      metafile: true,
      plugins: [companionsPlugin(this.#wanted, entry), trimsPlugin()],
    });
    for (const { inputs } of Object.values((metafile as Metafile).outputs)) {
      // What was looked at and left out is not in it.
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) this.inputs.add(path);
    }
    renameSync(`${outfile}.map`, join(this.#mapFolder, `${file}.map`));
  }
}

/** Names are kept and nothing is minified: a stack trace reads as the source does, and the start costs the same. */
const COMMON: BuildOptions = {
  absWorkingDir: PROJECT_ROOT,
  bundle: true,
  platform: "node",
  target: "node24",
  charset: "ascii",
  sourcemap: "external",
  legalComments: "none",
  logLevel: "silent",
};

const SCRIPT: BuildOptions = {
  format: "cjs",
  // A lazy import stays where it is, as a require at the time of the call: no machinery of ES modules at a start.
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "__bundleUrl" },
  // Strict, as the sources are as ES modules; packages are, in every bundle that is one.
  banner: { js: '"use strict"; const __bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

const MODULE: BuildOptions = {
  format: "esm",
  // CommonJS packages within an ES module ask for Node's modules by require.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

/** Other people's code, read when something has gone wrong there: without its white space half as large. */
const PACKAGE: BuildOptions = { ...SCRIPT, minifyWhitespace: true, minifySyntax: true };
