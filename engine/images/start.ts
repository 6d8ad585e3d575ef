/**
 * What an image starts: `<program>.cjs`. Runs `<program>.bundle.cjs` beside it, with V8's code cache where there is one.
 *
 * Bundled into one file by itself; knows its program by its own name.
 */
import { readFileSync } from "node:fs";
import { BUNDLE_SUFFIX, CODE_CACHE_SUFFIX, compileBundle, type StartBundle } from "./code-wrapper.ts";

const stem = __filename.slice(0, -".cjs".length);
const bundle = stem + BUNDLE_SUFFIX;
const script = compileBundle(bundle, codeCacheAt(stem + CODE_CACHE_SUFFIX));
// A slower start is no fault of the program's: it is said, and the program runs.
if (script.cachedDataRejected === true) console.error(JSON.stringify({ at: "start", outcome: "code_cache_rejected" }));
(script.runInThisContext() as StartBundle)(require, bundle, __dirname);

function codeCacheAt(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Bundled outside of an image build: there is none.
    return undefined;
  }
}
