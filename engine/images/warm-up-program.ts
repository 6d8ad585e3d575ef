/**
 * One bundle warmed up, or its code cache checked, in this process: argv is "make" or "check", the program, the bundle.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { BUNDLE_SUFFIX, CODE_CACHE_SUFFIX, compileBundle, type StartBundle } from "./code-wrapper.ts";
import { firstRequests } from "./first-requests.ts";

const [, , task, program = "", bundle = ""] = process.argv;
const cachePath = bundle.slice(0, -BUNDLE_SUFFIX.length) + CODE_CACHE_SUFFIX;

if (task === "check") {
  process.exit(compileBundle(bundle, readFileSync(cachePath)).cachedDataRejected === false ? 0 : 1);
}

const script = compileBundle(bundle, undefined);
await firstRequests(program, () => {
  (script.runInThisContext() as StartBundle)(createRequire(bundle), bundle, dirname(bundle));
});
const codeCache = script.createCachedData();
writeFileSync(cachePath, codeCache);
console.log(`${program.padEnd(14)} ${Math.round(codeCache.length / 1_024)} KiB of compiled code`);
process.exit(0);
