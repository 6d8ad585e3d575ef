/**
 * One bundle warmed up in this process, or its code cache checked: argv is "make", the bundle, the program and its origin,
 * or "check" and the bundle. The environment is the program's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { BUNDLE_SUFFIX, CODE_CACHE_SUFFIX, compileBundle, type StartBundle } from "./code-wrapper.ts";
import { sendFirstRequests } from "./first-requests.ts";

const [, , task, bundle = "", program = "", origin = ""] = process.argv;
const cachePath = bundle.slice(0, -BUNDLE_SUFFIX.length) + CODE_CACHE_SUFFIX;

if (task === "check") {
  process.exit(compileBundle(bundle, readFileSync(cachePath)).cachedDataRejected === false ? 0 : 1);
}

const script = compileBundle(bundle, undefined);
(script.runInThisContext() as StartBundle)(createRequire(bundle), bundle, dirname(bundle));
await sendFirstRequests(program, origin);
const codeCache = script.createCachedData();
writeFileSync(cachePath, codeCache);
console.log(`${program.padEnd(14)} ${Math.round(codeCache.length / 1_024)} KiB of compiled code`);
process.exit(0);
