/**
 * How a bundle's text becomes a function, said once: V8 takes a code cache only for the very text it was made from.
 */
import { readFileSync } from "node:fs";
import { Script } from "node:vm";

export const BUNDLE_SUFFIX = ".bundle.cjs";
export const CODE_CACHE_SUFFIX = ".code-cache";

/** Starts a bundle as Node starts a CommonJS file. */
export type StartBundle = (require: NodeJS.Require, filename: string, dirname: string) => void;

/**
 * @param codeCache V8 refuses one that another Node or other flags of V8 made (`script.cachedDataRejected`); the script
 *   runs all the same, compiled anew.
 */
export function compileBundle(path: string, codeCache: Buffer | undefined): Script {
  // The bundler escapes all that is not ASCII: one byte a character, and V8 keeps the text as it is.
  const text = readFileSync(path, "latin1");
  return new Script(`(function (require, __filename, __dirname) {${text}\n})`, {
    filename: path,
    ...(codeCache === undefined ? {} : { cachedData: codeCache }),
  });
}
