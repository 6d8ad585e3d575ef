/**
 * Where other people's data lies: the one place that knows. Tests and benchmarks read it there and skip, with a clear
 * word, where it is not; nothing of it is copied into the project.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..");

/** The folder named by TIDEBOOK_SHARED_DIR (relative to the project's root), else `../shared`. */
export function sharedDir(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(PROJECT_ROOT, environment.TIDEBOOK_SHARED_DIR ?? join("..", "shared"));
}

/** A path below the shared folder; null where it does not exist, for tests to skip. */
export function sharedPath(...parts: readonly string[]): string | null {
  const path = join(sharedDir(), ...parts);
  return existsSync(path) ? path : null;
}
