/**
 * `node engine/images/warm-up.ts [folder]`: gives every bundle below dist/images V8's code cache. Part of the image build.
 *
 * Each program runs once, in a process of its own, is asked what it will be asked first in its life, and V8's compiled
 * functions are kept: those of the start and of the way of a first request, nothing else. Another process then looks
 * whether V8 takes them. Exits 1, with the program's words, where one does not start, does not answer, or is not taken.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { PROJECT_ROOT } from "./bundle-image.ts";
import { BUNDLE_SUFFIX } from "./code-wrapper.ts";
import { IMAGES } from "./workloads.ts";

const ONE_PROGRAM = resolve(import.meta.dirname, "warm-up-program.ts");
const TIMEOUT_MS = 60_000;

const folder = resolve(process.argv[2] ?? join(PROJECT_ROOT, "dist", "images"));
for (const image of IMAGES.filter(({ name }) => existsSync(join(folder, name)))) {
  for (const { name } of image.programs.filter(({ kind }) => kind === "script")) {
    const bundle = join(folder, image.name, name + BUNDLE_SUFFIX);
    await succeeds(fork(ONE_PROGRAM, ["make", name, bundle], { timeout: TIMEOUT_MS }), `${name} did not warm up`);
    await succeeds(
      fork(ONE_PROGRAM, ["check", name, bundle], { timeout: TIMEOUT_MS }),
      `${name}: V8 refused the cache`,
    );
  }
}

async function succeeds(child: ChildProcess, complaint: string): Promise<void> {
  const [code] = await once(child, "exit");
  if (code === 0) return;
  console.error(complaint);
  process.exit(1);
}
