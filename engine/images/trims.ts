/**
 * An esbuild plugin that leaves out of a bundle what no program of ours uses, and that esbuild cannot see is unused.
 *
 * Nothing here changes what our programs do; each trim says why that is so, and what it saves of a start's CPU time
 * (README.md has the figures).
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** What answers of ours, and the framework's own, can name: 4 of 2,522 media types. */
const MEDIA_TYPES = ["application/json", "application/octet-stream", "text/html", "text/plain"];

/**
 * zod's `z` is the whole library as one object, with the messages of all its languages. As a namespace it has the same
 * members, and esbuild can tell which of them are used.
 */
export function importsZodByName(source: string): string {
  return source.replace(/^import \{ z \} from "zod";$/m, 'import * as z from "zod";');
}

export function trimsPlugin(): Plugin {
  return {
    name: "trims",
    setup(build) {
      // Express and its parsers look up a file extension's type here; they are given media types in full everywhere, and
      // no program of ours serves files. What is left out is answered "unknown", as for any extension it does not know.
      build.onLoad({ filter: /[\\/]mime-db[\\/]db\.json$/ }, ({ path }) => {
        const all = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
        const kept = Object.fromEntries(MEDIA_TYPES.map((type) => [type, all[type]]));
        return { contents: JSON.stringify(kept), loader: "json" };
      });
    },
  };
}
