/**
 * The trading screen of an exchange in one process: built when it is missing, damaged or older than its sources, served from
 * memory.
 *
 * The build is a process of its own, of low priority: orders are taken at once, and the page says that it is being built.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { resolve } from "node:path";
import type { Screen, WebDeps } from "../web/handler.ts";
import { isBuilt, PROJECT_ROOT } from "../web/screen-sources.ts";
import { DIST, readSite, type Site } from "../web/site.ts";
import type { Log } from "./exchange.ts";

const BUILD = resolve(import.meta.dirname, "..", "web", "build.ts");
/** Of what a builder that failed said, for the log. */
const WORDS_MAX = 2_000;

export interface LocalScreen extends WebDeps {
  /** Ends a build that is under way. */
  close(): void;
}

/** What builds, and what it has built. */
export interface Workshop {
  /** Of the sources as they are now, of older ones, or not at all. */
  readonly found: () => "built" | "older" | "missing";
  readonly canBuild: () => boolean;
  readonly read: () => Site;
  /**
   * @param isAgain what is there is of these sources, and no good.
   * @param onEnd null: it is built; else what the builder said.
   * @returns the way to end it; `onEnd` is not called then.
   */
  readonly build: (isAgain: boolean, onEnd: (words: string | null) => void) => () => void;
}

/** @param isHttps whether people come by https. */
export function openScreen(isHttps: boolean, log: Log, workshop: Workshop = WORKSHOP): LocalScreen {
  let screen: Screen = { outcome: "being_built" };
  let isThere = false;
  let endBuild = (): void => {};
  /** Another exchange may build just now, and have it away for a moment: whoever asks next reads it again. */
  const serve = (): void => {
    try {
      screen = { outcome: "built", site: workshop.read() };
    } catch (error) {
      if (!isThere) log({ at: "web", outcome: "not_read", error: String(error) });
    }
    isThere = true;
  };
  const build = (isAgain: boolean): void => {
    endBuild = workshop.build(isAgain, (words) => {
      if (words === null) return serve();
      log({ at: "web", outcome: "build_failed", words });
      screen = { outcome: "not_built", why: "Its build failed: the log of this exchange has why." };
    });
  };
  const found = workshop.found();
  if (found === "built") {
    serve();
    if (screen.outcome === "being_built" && workshop.canBuild()) build(true);
  } else if (workshop.canBuild()) build(false);
  else {
    log({ at: "web", outcome: "cannot_build", found, why: "Vite is not installed" });
    if (found === "older") serve();
    else screen = { outcome: "not_built", why: "Vite is not installed here: npm ci, and start the exchange again." };
  }
  return {
    screen() {
      if (isThere && screen.outcome === "being_built") serve();
      return screen;
    },
    isHttps,
    close: () => endBuild(),
  };
}

const WORKSHOP: Workshop = {
  found: () => (isBuilt() ? "built" : existsSync(DIST) ? "older" : "missing"),
  canBuild: hasVite,
  read: () => readSite(),
  build: startBuild,
};

function hasVite(): boolean {
  try {
    createRequire(import.meta.url).resolve("vite");
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}

function startBuild(isAgain: boolean, onEnd: (words: string | null) => void): () => void {
  const program = isAgain ? [BUILD, "--again"] : [BUILD];
  const child = spawn(process.execPath, program, { cwd: PROJECT_ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let isOver = false;
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-WORDS_MAX);
  });
  child.once("spawn", () => {
    // Orders first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  });
  const end = (answer: string | null): void => {
    if (isOver) return;
    isOver = true;
    onEnd(answer);
  };
  child.once("error", (error) => end(error.message));
  child.once("close", (code) => end(code === 0 ? null : words || `the build ended with ${code}`));
  return () => {
    isOver = true;
    child.kill();
  };
}
