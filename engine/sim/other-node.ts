/** Another major version of Node on this machine, if there is one: determinism is to hold across them. Tests only. */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface NodeProgram {
  readonly path: string;
  readonly version: string;
}

const VERSION_TIMEOUT_MS = 10_000;

/** The first on the PATH, or what TIDEBOOK_OTHER_NODE names; null: none is of another major. */
export function findOtherNode(): NodeProgram | null {
  const named = process.env.TIDEBOOK_OTHER_NODE;
  const candidates = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  for (const path of named === undefined ? candidates : [named]) {
    if (!isExecutable(path)) continue;
    const version = execFileSync(path, ["--version"], { encoding: "utf8", timeout: VERSION_TIMEOUT_MS }).trim();
    if (majorOf(version) !== majorOf(process.version)) return { path, version };
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function majorOf(version: string): string | undefined {
  return /^v(\d+)\./.exec(version)?.[1];
}
