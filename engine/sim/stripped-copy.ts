/**
 * A copy of a module and of all it imports from this project, as plain JavaScript in another folder: for runtimes that
 * do not strip types (Node before 22.18, and any Node without WebAssembly, as under --jitless). Tests only.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative, resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "../..");
const RELATIVE_IMPORT = /(\bfrom\s+|\bimport\s+)"(\.[^"]+)\.ts"/g;

/** @returns the path of the copied entry. */
export function writeStrippedCopy(entry: string, folder: string): string {
  const seen = new Set<string>();
  const waiting = [entry];
  writeTo(join(folder, "package.json"), '{ "type": "module" }\n');
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (seen.has(source)) continue;
    seen.add(source);
    const script = stripTypeScriptTypes(readFileSync(source, "utf8"));
    for (const [, , path] of script.matchAll(RELATIVE_IMPORT)) waiting.push(resolve(dirname(source), `${path}.ts`));
    writeTo(copyOf(source, folder), script.replaceAll(RELATIVE_IMPORT, '$1"$2.js"'));
  }
  return copyOf(entry, folder);
}

function copyOf(source: string, folder: string): string {
  return join(folder, relative(PROJECT, source).replace(/\.ts$/, ".js"));
}

function writeTo(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
