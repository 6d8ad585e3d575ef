/**
 * The licences of the packages in a bundle, as one text: each package's name and version, what its package.json says, and
 * the files that its authors ship as licence or notice.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..");
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const RULE = "=".repeat(80);

/** @param inputs from the project's root, as esbuild names them. */
export function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[1] ?? []));
  const texts = [...folders].sort().map(licenceText);
  // Two versions of a package are two texts; the same package at two places is one.
  return [...new Set(texts)].join(`\n${RULE}\n`);
}

function licenceText(folder: string): string {
  const path = join(PROJECT_ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as PackageJson;
  const files = readdirSync(path)
    .filter((file) => LICENCE_FILE.test(file))
    .sort();
  const texts = files.map((file) => readFileSync(join(path, file), "utf8").trim());
  return [`${name} ${version}`, `License: ${license ?? "not stated"}`, ...texts, ""].join("\n\n");
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}
