/**
 * An esbuild plugin that finds what a bundle needs beside itself, and points the bundle to it.
 */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { importsZodByName } from "./trims.ts";

/** What bundles named so far. Grows while esbuild works. */
export interface Companions {
  /** Sources that run in a thread of their own, from the project's root. */
  readonly workers: Set<string>;
  /** Folders that are read at run time. */
  readonly folders: Set<string>;
  readonly packages: Set<string>;
}

/** Packages so large that they are read only when they are first asked for, each from a file of its own. */
const LAZY_PACKAGES: readonly string[] = ["@google-cloud/pubsub"];

const URL_BESIDE = /new URL\(\s*"(\.\/[^"\n]+)",\s*import\.meta\.url,?\s*\)/g;
const OWN_SOURCE = /[\\/](engine|functions)[\\/].*\.ts$/;

export function noCompanions(): Companions {
  return { workers: new Set(), folders: new Set(), packages: new Set() };
}

export function lazyPackageFile(name: string): string {
  return `${name.replace(/^@/, "").replaceAll("/", "-")}.cjs`;
}

/** @param entry of the bundle: a lazy package's own bundle contains the package. */
export function companionsPlugin(found: Companions, entry: string): Plugin {
  return {
    name: "companions",
    setup(build) {
      const root = build.initialOptions.absWorkingDir ?? process.cwd();
      build.onLoad({ filter: OWN_SOURCE }, ({ path }) => {
        if (path.includes("node_modules")) return undefined;
        const text = readFileSync(path, "utf8");
        return { contents: importsZodByName(bringAlong(text, path, root, found)), loader: "ts" };
      });
      build.onResolve({ filter: /^[^./]/ }, ({ path }) => {
        if (!LAZY_PACKAGES.includes(path) || path === entry) return undefined;
        found.packages.add(path);
        return { path: `./${lazyPackageFile(path)}`, external: true };
      });
    },
  };
}

function bringAlong(text: string, path: string, root: string, found: Companions): string {
  const contents = text.replaceAll(URL_BESIDE, (_, beside: string) => {
    const target = resolve(dirname(path), beside);
    if (beside.endsWith("/")) {
      found.folders.add(target);
      return `new URL("${beside.replace(/^.*?([^/]+\/)$/, "./$1")}", import.meta.url)`;
    }
    found.workers.add(relative(root, target));
    return `new URL("./${beside.replace(/^.*\//, "").replace(/\.ts$/, ".cjs")}", import.meta.url)`;
  });
  const left = contents.replaceAll(/new URL\("\.\/[^"]+", import\.meta\.url\)|\/\*[\s\S]*?\*\//g, "");
  if (left.includes("import.meta")) {
    throw new Error(`${path}: of import.meta a bundle knows only new URL("./…", import.meta.url)`);
  }
  return contents;
}
