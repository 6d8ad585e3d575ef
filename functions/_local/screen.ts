/**
 * The trading screen of an exchange in one process: built when dist is missing or older than its sources, served from memory.
 *
 * The build is a process of its own, of low priority: orders are taken at once, and the page says that it is being built.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { resolve } from "node:path";
import type { Screen, WebDeps } from "../web/handler.ts";
import { isBuilt, PROJECT_ROOT } from "../web/screen-sources.ts";
import { DIST, readSite } from "../web/site.ts";
import type { Log } from "./exchange.ts";

const BUILD = resolve(import.meta.dirname, "..", "web", "build.ts");
/** Of what a builder that failed said, for the log. */
const WORDS_MAX = 2_000;

export interface LocalScreen extends WebDeps {
  /** Ends a build that is under way. */
  close(): void;
}

/** @param isHttps whether people come by https. */
export function openScreen(isHttps: boolean, log: Log): LocalScreen {
  let screen: Screen = { outcome: "being_built" };
  let builder: ChildProcess | null = null;
  const serve = (): void => {
    screen = { outcome: "built", site: readSite() };
  };
  const say = (why: string): void => {
    screen = { outcome: "not_built", why };
    log({ at: "web", outcome: "not_built", why });
  };
  if (isBuilt()) serve();
  else if (!hasVite()) {
    if (existsSync(DIST)) {
      log({ at: "web", outcome: "older_than_its_sources", why: "Vite is not installed: npm ci" });
      serve();
    } else say("Vite is not installed here: run npm ci, without --omit=dev, and start again.");
  } else {
    builder = startBuild((words) => {
      builder = null;
      if (words === null) serve();
      else {
        log({ at: "web", outcome: "build_failed", words });
        say("Its build failed: the log of this process has why.");
      }
    });
  }
  return { screen: () => screen, isHttps, close: () => void builder?.kill() };
}

function hasVite(): boolean {
  try {
    createRequire(import.meta.url).resolve("vite");
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/** @param onEnd null: it is built; else what the builder said. Not called when it was told to end. */
function startBuild(onEnd: (words: string | null) => void): ChildProcess {
  const child = spawn(process.execPath, [BUILD], { cwd: PROJECT_ROOT, stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-WORDS_MAX);
  });
  child.once("error", (error) => onEnd(error.message));
  child.once("spawn", () => {
    // Orders first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  });
  child.once("close", (code) => {
    if (child.killed || child.pid === undefined) return;
    onEnd(code === 0 ? null : words || `the build ended with ${code}`);
  });
  return child;
}
