/**
 * What the screen is built from, as one hash: its sources, its configuration and the lockfile. While it is the one that dist
 * names, there is nothing to build.
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSiteList } from "./site.ts";

export const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..");

/** Of the same folder, but in no page. */
const NOT_BUILT = /\.(test\.tsx?|md)$|\/testing\//;
const BESIDE = ["functions/web/vite.config.ts", "functions/web/build.ts", "package-lock.json"];

/** Cost: reads all of them, some hundred files. */
export function sourcesHash(): string {
  const ofScreen = globSync("functions/web/screen/**/*.*", { cwd: PROJECT_ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !NOT_BUILT.test(path));
  const hash = createHash("sha256");
  for (const path of [...ofScreen, ...BESIDE].sort()) {
    const bytes = readFileSync(join(PROJECT_ROOT, path));
    hash.update(`${path}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** @returns whether dist is of these sources. */
export function isBuilt(hash: string = sourcesHash()): boolean {
  try {
    return readSiteList().sources === hash;
  } catch (error) {
    // Never built, or by something older than this list.
    if (error instanceof SyntaxError || (error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
