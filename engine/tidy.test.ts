/**
 * Keeps the house tidy: headers, sizes, names, who may import whom, the purity of the core, invariants and their tests.
 *
 * Every test gives the whole list of offenders, so that a failure says what to change. Reads the files of the working tree
 * as text; knows nothing of what they do.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const PROJECT = resolve(import.meta.dirname, "..");
const LINES_MAX = 400;

/** engine/ downwards: what each room's production code may import beside itself. */
const ENGINE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  core: ["domain"],
  protocol: ["domain", "core"],
  journal: ["domain"],
  bus: ["domain", "protocol"],
  api: ["domain", "protocol", "bus"],
  runtime: ["domain", "core", "protocol", "journal", "bus", "telemetry"],
  stream: ["domain", "protocol", "bus", "api", "telemetry"],
  ops: ["domain", "core", "protocol", "journal"],
  replay: ["domain", "core", "protocol"],
  telemetry: [],
  images: ["domain", "protocol"],
};
/** The engine's own process, composed beside its rooms: main.ts and what it is made of. */
const COMPOSITION = /^engine\/[a-z-]+\.ts$/;
/** Rooms that look at all of the engine, and that production code never imports. */
const WORKSHOPS = ["sim", "bench"];
/** What functions know of the engine; of the bus its client half alone. */
const CLIENT_ROOMS = ["api", "protocol", "domain", "telemetry"];
const CLIENT_FILES = /^engine\/bus\/((engine|stream|history)-client\.ts$|edge\/|http\/|redis\/(connection|acl)\.ts$)/;

const GRAB_BAG =
  /^(helpers?|utils?|utilities|common|lib|libs|managers?|data|info|misc|stuff|base|types|constants|index)$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)*\.tsx?$/;
const TODO_CONDITION = /TODO:? (once|when|after|as soon as|until) /;

interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths from the project's root, or package names. */
  readonly imports: readonly string[];
}

/** Made by a build, and nobody's to read. */
const BUILT = /^functions\/web\/dist\//;
const TEXT_FILE = /\.(tsx?|mjs|json|md|sql|sh|ya?ml|lua|css|html)$|(^|\/)(run|Dockerfile)$/;
const paths = [".ci", "docs", "engine", "functions", "helm-values", "knative"]
  .flatMap((folder) => filesBelow(folder))
  .concat(topLevelFiles());
const texts = paths.filter((path) => TEXT_FILE.test(path)).map((path) => ({ path, text: read(path) }));
const sources: readonly Source[] = texts
  .filter(({ path }) => /\.tsx?$/.test(path))
  .map(({ path, text }) => ({ path, text, imports: importsOf(path, text) }));

function filesBelow(folder: string): string[] {
  if (!existsSync(join(PROJECT, folder))) return [];
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
    .filter((path) => !BUILT.test(path));
}

function topLevelFiles(): string[] {
  return readdirSync(PROJECT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

function read(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

function importsOf(path: string, text: string): string[] {
  const named = withoutComments(text).matchAll(
    /(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"|new URL\(\s*"(\.[^"\n]+\.tsx?)"/g,
  );
  return [...named].map(([, imported, url]) => {
    const target = imported ?? url ?? "";
    return target.startsWith(".") ? normalize(join(dirname(path), target)) : target;
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}),])\/\/.*$/gm, "");
}

/** What is left is code: no comment, no text in quotes. */
function codeOf(text: string): string {
  return withoutComments(text).replaceAll(/"(?:\\.|[^"\\\n])*"/g, '""');
}

function isTestCode(path: string): boolean {
  return (
    /\.(test|bench-case)\.ts$|\/testing\/|(^|\/)(fake|testing)-[^/]*$|-harness\.ts$/.test(path) ||
    WORKSHOPS.some((room) => path.startsWith(`engine/${room}/`)) ||
    path.startsWith("functions/_acceptance/") ||
    path.startsWith("functions/web/browser/")
  );
}

/** Every import between files of ours, as "from → to", of files that `chosen` picks. */
function importsWhere(isOffence: (from: string, to: string) => boolean): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.filter((to) => /^(engine|functions)\//.test(to) && isOffence(path, to)).map((to) => `${path} → ${to}`),
  );
}

function roomOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function offenders(isOffence: (source: Source) => boolean): string[] {
  return sources.filter(isOffence).map(({ path }) => path);
}

test("every file opens by saying what it is for", () => {
  expect(offenders(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/ )/.test(text))).toEqual([]);
});

test(`no file is longer than ${LINES_MAX} lines`, () => {
  const long = sources.filter(({ text }) => text.split("\n").length - 1 > LINES_MAX);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test("a file is named in kebab-case for the noun inside, and is no grab bag", () => {
  const isFunctionEntry = (path: string): boolean => /^functions\/[a-z][a-z-]*\/index\.ts$/.test(path);
  const wrong = paths
    .filter((path) => /\.tsx?$/.test(path) && !isFunctionEntry(path))
    .filter((path) => {
      const name = path.split("/").at(-1) ?? "";
      return !KEBAB.test(name) || GRAB_BAG.test(name.split(".")[0] ?? "");
    });
  expect(wrong).toEqual([]);
});

test("within the engine, imports go down the house and never up", () => {
  const upward = importsWhere((from, to) => {
    if (!from.startsWith("engine/") || isTestCode(from) || roomOf(from) === roomOf(to)) return false;
    if (COMPOSITION.test(from)) return to.startsWith("functions/");
    return to.startsWith("functions/") || !(ENGINE_IMPORTS[roomOf(from)] ?? []).includes(roomOf(to));
  });
  expect(upward).toEqual([]);
});

test("every room of the engine has its place in the table of imports", () => {
  const rooms = new Set(sources.filter(({ path }) => /^engine\/[^/]+\//.test(path)).map(({ path }) => roomOf(path)));
  const known = [...Object.keys(ENGINE_IMPORTS), ...WORKSHOPS];
  expect([...rooms].filter((room) => !known.includes(room))).toEqual([]);
});

test("the engine never imports a function, in its tests neither", () => {
  expect(importsWhere((from, to) => from.startsWith("engine/") && to.startsWith("functions/"))).toEqual([]);
});

test("functions know the engine by its dialect, its protocol, its words and the bus's clients alone", () => {
  const inside = importsWhere((from, to) => {
    if (!from.startsWith("functions/") || !to.startsWith("engine/")) return false;
    if (isTestCode(from) || from.startsWith("functions/_local/")) return false;
    return !CLIENT_ROOMS.includes(roomOf(to)) && !CLIENT_FILES.test(to);
  });
  expect(inside).toEqual([]);
});

test("a function does not import another; functions/_local alone composes them", () => {
  const across = importsWhere((from, to) => {
    if (!from.startsWith("functions/") || !to.startsWith("functions/")) return false;
    if (isTestCode(from) || from.startsWith("functions/_local/")) return false;
    return roomOf(from) !== roomOf(to) && roomOf(to) !== "_shared";
  });
  expect(across).toEqual([]);
});

/** The shapes of what the public API says about people: types alone. */
const SCREEN_BORROWS = ["functions/_shared/people/people-api.ts"];

test("the screen knows the exchange by its public API: it imports nothing of ours, and no function imports it", () => {
  const isScreen = (path: string): boolean => path.startsWith("functions/web/screen/");
  const across = importsWhere(
    (from, to) => isScreen(from) !== isScreen(to) && !isTestCode(from) && !SCREEN_BORROWS.includes(to),
  );
  const asCode = sources
    .filter(({ path }) => isScreen(path))
    .flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(/^(?:import|export) (?!type )[^;]*"([^"]*people-api\.ts)"/gm)].map(
        ([, to]) => `${path} → ${to}`,
      ),
    );
  expect([...across, ...asCode]).toEqual([]);
});

/** Parts of the screen; they meet in trade/ and exchange/. The depth stands in the chart's pane. */
const SCREEN_PARTS = /^functions\/web\/screen\/(markets|chart|depth|book|tape|order-form|activity|account|ops)\//;
const SCREEN_MEETING =
  /^functions\/web\/screen\/exchange\/(contract|people-contract|record-keys|exchange-context)\.tsx?$/;

test("a part of the screen imports no other, and knows the exchange's client by its contract alone", () => {
  const across = importsWhere((from, to) => {
    const [part, other] = [SCREEN_PARTS.exec(from)?.[1], SCREEN_PARTS.exec(to)?.[1]];
    if (part === undefined || isTestCode(from)) return false;
    if (to.startsWith("functions/web/screen/exchange/")) return !SCREEN_MEETING.test(to);
    return other !== undefined && other !== part && !(part === "chart" && to.endsWith("/depth-pane.tsx"));
  });
  expect(across).toEqual([]);
});

/** The demo can replay a capture in place of its bots; no image has either. */
const MAY_REPLAY = /^(engine\/replay|functions\/_local\/bots)\//;

test("production code imports no simulator, benchmark, replay, test or test support", () => {
  const borrowed = importsWhere(
    (from, to) => !isTestCode(from) && (isTestCode(to) || (roomOf(to) === "replay" && !MAY_REPLAY.test(from))),
  );
  expect(borrowed).toEqual([]);
});

test("the reference book and the auditor share no code with what they check", () => {
  const shared = sources
    .filter(({ path }) => /^engine\/sim\/(reference|audit)(-[a-z-]+)?\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(/^import (?!type )[^;]*"(\.\.\/core\/[^"]+)"/gm)].map(
        (found) => `${path} → ${found[1]}`,
      ),
    );
  expect(shared).toEqual([]);
});

const IMPURE =
  /\b(Date|Math\.random|console|process|performance|crypto|fetch|Worker|Atomics|SharedArrayBuffer|Intl|async|await|Promise|setTimeout|setInterval|setImmediate|queueMicrotask|globalThis)\b|\.toLocale|import\s*\(/;

test("domain and core know no clock, no chance, no I/O and no waiting", () => {
  const impure = sources
    .filter(({ path }) => /^engine\/(domain|core)\//.test(path) && !isTestCode(path))
    .flatMap(({ path, text, imports }) => [
      ...imports.filter((target) => !target.startsWith("engine/")).map((target) => `${path} imports ${target}`),
      ...codeOf(text)
        .split("\n")
        .filter((line) => IMPURE.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    ]);
  expect(impure).toEqual([]);
});

test("the core catches nothing", () => {
  const catching = sources.filter(
    ({ path, text }) => /^engine\/core\//.test(path) && /\b(try|catch)\b/.test(codeOf(text)),
  );
  expect(catching.map(({ path }) => path)).toEqual([]);
});

test("the engine, its sockets included, reads no cookie: who trades says so by a key", () => {
  const reading = sources.filter(
    ({ path, text }) => path.startsWith("engine/") && !isTestCode(path) && /cookie/i.test(withoutComments(text)),
  );
  expect(reading.map(({ path }) => path)).toEqual([]);
});

test("each function has a handler, an entry and a contract test", () => {
  const folders = readdirSync(join(PROJECT, "functions"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
    .map(({ name }) => name);
  const missing = folders.flatMap((name) =>
    ["handler.ts", "index.ts", "contract.test.ts"]
      .map((file) => `functions/${name}/${file}`)
      .filter((path) => !paths.includes(path)),
  );
  expect(missing).toEqual([]);
});

interface Invariant {
  readonly id: string;
  readonly checkedIn: readonly string[];
  readonly testedIn: readonly string[];
}

const invariants: readonly Invariant[] = [
  ...read("engine/INVARIANTS.md").matchAll(/^\| (I\d+) \|.*\| ([^|]+) \| ([^|]+) \|$/gm),
].map(([, id = "", checkedIn = "", testedIn = ""]) => ({
  id,
  checkedIn: checkedIn.split(", "),
  testedIn: testedIn.split(", "),
}));

/** Ids that lead a title ("I1 I2: …"), or that a list of planted faults names for its titles. */
function titleIdsOf(path: string): string[] {
  const text = existsSync(join(PROJECT, path)) ? read(path) : "";
  const titles = [...text.matchAll(/["`]((?:I\d+ )*I\d+):/g)].flatMap(([, ids = ""]) => ids.split(" "));
  const planted = [...text.matchAll(/\binvariant: "(I\d+)"/g)].map(([, id = ""]) => id);
  return [...titles, ...planted];
}

test("every invariant has a check that names it, and a test whose title leads with its id", () => {
  expect(invariants.map(({ id }) => id)).toEqual(invariants.map((_, index) => `I${index + 1}`));
  const lacking = invariants.flatMap(({ id, checkedIn, testedIn }) => [
    ...checkedIn
      .filter((path) => !paths.includes(path) || !new RegExp(`\\b${id}\\b`).test(read(path)))
      .map((path) => `${id}: ${path} does not check it`),
    ...testedIn
      .filter((path) => {
        const imported = sources.find((source) => source.path === path)?.imports ?? [];
        return ![path, ...imported].some((each) => titleIdsOf(each).includes(id));
      })
      .map((path) => `${id}: ${path} does not test it`),
  ]);
  expect(lacking).toEqual([]);
});

test("every id that leads a test's title, and every id in code, is an invariant of the list", () => {
  const known = new Set(invariants.map(({ id }) => id));
  const unknown = sources.flatMap(({ path, text }) =>
    [...titleIdsOf(path), ...[...text.matchAll(/\bI\d+\b(?=[-–,.: ])/g)].map(([id]) => id)]
      .filter((id) => !known.has(id))
      .map((id) => `${path}: ${id}`),
  );
  expect(unknown).toEqual([]);
});

test("no test runs alone, and a test that is skipped says in its title or its file when", () => {
  const wrong = sources
    .filter(({ path }) => /\.test\.ts$|^engine\/sim\//.test(path) && path !== "engine/tidy.test.ts")
    .flatMap(({ path, text }) =>
      [...codeOf(text).matchAll(/\b(?:test|describe|it)\.(only|skip|todo|runIf|skipIf)\b/g)]
        .filter(([, how]) => how !== "skipIf" || !/\bskipped\b[ ,:]|\bNO_BROWSER\b/i.test(text))
        .map(([found]) => `${path}: ${found}`),
    );
  expect(wrong).toEqual([]);
});

test("nothing is left to be fixed, and what is to do says after what", () => {
  const open = texts
    .filter(({ path }) => path !== "engine/tidy.test.ts")
    .flatMap(({ path, text }) =>
      text
        .split("\n")
        .filter((line) => /\bFIXME\b/.test(line) || (/\bTODO\b/.test(line) && !TODO_CONDITION.test(line)))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(open).toEqual([]);
});

test("the environment is read in one place of a room: its settings, its entry, its build, or the folder of other people's data", () => {
  const readers = sources.filter(
    ({ path, text }) =>
      !isTestCode(path) &&
      /process\.env/.test(codeOf(text)) &&
      !/\/(main|index|deps|shared-dir|build|vite\.config)\.ts$/.test(path),
  );
  expect(readers.map(({ path }) => path)).toEqual([]);
});

/** Built here, so that this file does not name what it forbids. */
const FOREIGN_PATH = new RegExp(`(?<![\\w.])/(${["work", "home", "Users", "root", "mnt"].join("|")})/`);

test("no path leads out of the project but by engine/replay/shared-dir.ts", () => {
  const outside = texts.flatMap(({ path, text }) => {
    if (path === "engine/replay/shared-dir.ts" || path === "package-lock.json") return [];
    const climbing = [...text.matchAll(/["'`](\.\.\/[^"'`\s]*)["'`]|\]\((\.\.\/[^)\s]*)\)/g)]
      .map(([, quoted, linked]) => quoted ?? linked ?? "")
      // A pattern of a rule, not a path.
      .filter((target) => !target.includes("*"))
      .filter((target) => relative(PROJECT, resolve(PROJECT, dirname(path), target)).startsWith(".."))
      // The default of TIDEBOOK_SHARED_DIR may be spoken of beside its name.
      .filter((target) => !(path.endsWith(".md") && target === "../shared" && text.includes("TIDEBOOK_SHARED_DIR")));
    return [...climbing, ...text.split("\n").filter((line) => FOREIGN_PATH.test(line))].map(
      (what) => `${path}: ${what.trim()}`,
    );
  });
  expect(outside).toEqual([]);
});

test("the lockfile names no download address", () => {
  const lines = read("package-lock.json").split("\n");
  expect(lines.filter((line) => /"resolved"|https?:\/\/[^"]*\.tgz/.test(line))).toEqual([]);
});

test("every link in a document leads to a file that is there", () => {
  const broken = texts
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = ""]) => normalize(join(dirname(path), target)))
        .filter((target) => !existsSync(join(PROJECT, target)))
        .map((target) => `${path} → ${target}`),
    );
  expect(broken).toEqual([]);
});
