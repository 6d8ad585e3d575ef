/**
 * The images we ship and the programs in each: the one list that bundles, the bench and the
 * checks of Dockerfile and manifests read.
 *
 * An image's name is its target in the Dockerfile; the file that starts a program lies in /app of its image.
 */

import { FUNCTIONS } from "../protocol/function-names.ts";

export interface Program {
  readonly name: string;
  /** From the project's root. */
  readonly entry: string;
  /**
   * "script": CommonJS behind a starter that brings V8's code cache: the cheapest start. Not for top-level await.
   * "module": an ES module as it is, for programs whose start nobody waits for.
   */
  readonly kind: "script" | "module";
}

export interface Image {
  readonly name: string;
  /** The first is what the image starts. */
  readonly programs: readonly Program[];
  /** A program that makes what a bundle brings along, from the project's root; it makes nothing twice. */
  readonly before?: string;
}

export const IMAGES: readonly Image[] = [
  {
    name: "engine",
    programs: [
      { name: "engine", entry: "engine/main.ts", kind: "script" },
      // The operator's commands beside the engine: they read the volume that only its pod mounts.
      { name: "ops", entry: "engine/ops/main.ts", kind: "module" },
    ],
  },
  { name: "stream", programs: [{ name: "stream", entry: "engine/stream/main.ts", kind: "script" }] },
  ...FUNCTIONS.map(
    (name): Image => ({
      name,
      programs: [{ name, entry: `functions/${name}/main.ts`, kind: "script" }],
      ...(name === "web" ? { before: "functions/web/build.ts" } : {}),
    }),
  ),
];

/** The file that `node` is given to start a program. */
export function startFileOf({ name, kind }: Program): string {
  return kind === "script" ? `${name}.cjs` : `${name}.mjs`;
}
