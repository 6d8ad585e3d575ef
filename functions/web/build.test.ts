/**
 * A real build by Vite, into a folder of its own: nothing inline, every file hashed and routed, and how large it is. And the
 * process that serves it, from its settings to its answers.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownerOf, SCREEN_FILES } from "../../engine/api/routes.ts";
import { startFunctionChild } from "../_shared/testing/function-child.ts";
import { buildScreen } from "./build.ts";
import { isBuilt, PROJECT_ROOT, sourcesHash } from "./screen-sources.ts";
import { readSite, readSiteList, type Site, type SiteFile, type SiteList } from "./site.ts";

/** All that is asked for before anything is drawn, as it travels. */
const INITIAL_SCRIPT_BYTES_MAX = 250_000;
const HASHED = /^\/assets\/[\w.-]+-[\w-]{8}\.[a-z0-9]+$/;

const folder = mkdtempSync(join(tmpdir(), "tidebook-screen-"));
let list: SiteList;
let site: Site;
let page: string;

beforeAll(async () => {
  list = await buildScreen(folder, sourcesHash());
  site = readSite(pathToFileURL(`${folder}/`));
  page = textOf("/");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function textOf(path: string): string {
  return Buffer.from(site.get(path)?.bytes ?? []).toString();
}
function scripts(): readonly SiteFile[] {
  return [...site.values()].filter(({ path }) => path.endsWith(".js"));
}
function encodedBytes(files: readonly SiteFile[], coding: "br" | "gzip"): number {
  return files.reduce((sum, { bytes, encoded }) => sum + (encoded[coding] ?? bytes).length, 0);
}
/** What a script cannot run without: imports that are not asked for later. */
function withImports(paths: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const path of paths.filter((each) => !found.has(each))) {
    found.add(path);
    const imported = [...textOf(path).matchAll(/\b(?:import|from)\s*"\.\/([\w.-]+\.js)"/g)];
    withImports(
      imported.map(([, name]) => `/assets/${name}`),
      found,
    );
  }
  return found;
}

test("I46: nothing is inline in the page: no script, no style, no attribute that runs or paints", () => {
  expect([...page.matchAll(/<script\b[^>]*>([^<]*)/g)].filter(([, inside = ""]) => inside.trim() !== "")).toEqual([]);
  expect(page.match(/<style|\sstyle=|\son[a-z]+=|javascript:/gi)).toBeNull();
});

test("whatever the page names is a file of this build under a hash, but for the icon", () => {
  const named = [...page.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(named.filter((path) => !site.has(path))).toEqual([]);
  expect(named.filter((path) => !HASHED.test(path))).toEqual(["/favicon.svg"]);
});

test("no script has markup that paints by an attribute: the policy takes it away", () => {
  const painting = scripts().flatMap(({ path }) =>
    [...textOf(path).matchAll(/<[a-z][a-z0-9]*(?:\s[^<>`]*)?\sstyle=[^<>`]{0,60}/g)].map(
      ([found]) => `${path}: ${found}`,
    ),
  );
  expect(painting).toEqual([]);
});

test("no style and no script asks another host, and no script makes code of text", () => {
  const texts = [...site.values()].filter(({ path }) => /\.(js|css)$/.test(path));
  const foreign = texts.filter(({ path }) => /@import\s|url\(\s*["']?(https?:)?\/\//.test(textOf(path)));
  expect(foreign.map(({ path }) => path)).toEqual([]);
  const evaluating = scripts().filter(({ path }) => /\beval\s*\(|\bnew Function\s*\(/.test(textOf(path)));
  expect(evaluating.map(({ path }) => path)).toEqual([]);
});

test("every file of the build is one that the route table leads here, and that the page's policy lets load", () => {
  const listed = list.files.map(({ path }) => path);
  expect(listed.filter((path) => ownerOf(path) !== "web")).toEqual([]);
  expect(listed.filter((path) => !HASHED.test(path)).sort()).toEqual(
    ["/", ...SCREEN_FILES.filter((path) => !path.endsWith("*"))].sort(),
  );
});

test("every licence of what is in the build is in the build", () => {
  const licences = textOf("/licenses.txt");
  expect(["solid-js", "@fontsource-variable/inter"].filter((name) => !licences.includes(`## ${name} - `))).toEqual([]);
});

test("the script that is asked for before anything is drawn travels in less than 250 kB", () => {
  const entry = /<script type="module"[^>]* src="([^"]+)"/.exec(page)?.[1] ?? "";
  const preloaded = [...page.matchAll(/rel="modulepreload"[^>]* href="([^"]+)"/g)].map(([, path = ""]) => path);
  const first = [...withImports([entry, ...preloaded])].flatMap((path) => site.get(path) ?? []);
  const kB = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
  const told = (files: readonly SiteFile[]): string =>
    `${files.length} files, brotli ${kB(encodedBytes(files, "br"))}, gzip ${kB(encodedBytes(files, "gzip"))}`;
  console.log(`script before the first paint: ${told(first)}; all script: ${told(scripts())}`);
  expect(first.length).toBeGreaterThan(0);
  expect(encodedBytes(first, "gzip")).toBeLessThan(INITIAL_SCRIPT_BYTES_MAX);
});

test("a file that is not what the list says is found: bent, cut off, or of another coding", () => {
  const copy = mkdtempSync(join(tmpdir(), "tidebook-screen-"));
  const url = pathToFileURL(`${copy}/`);
  const entry = list.files.find(({ codings }) => codings.length === 2);
  const file = join(copy, entry?.file ?? "");
  const bent = (path: string, change: (bytes: Buffer) => Buffer): string => {
    cpSync(folder, copy, { recursive: true, force: true });
    writeFileSync(path, change(readFileSync(path)));
    try {
      return `read: ${readSite(url).size}`;
    } catch (error) {
      return (error as Error).constructor.name;
    }
  };
  const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);
  try {
    expect([
      bent(file, (bytes) => Buffer.from(bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte)))),
      bent(file, half),
      bent(`${file}.br`, half),
      bent(`${file}.gz`, () => Buffer.alloc(0)),
      bent(`${file}.gz`, () => gzipSync("another")),
      bent(join(copy, "index.html"), (bytes) => bytes),
    ]).toEqual([...Array(5).fill("SiteDamaged"), `read: ${list.files.length}`]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test("the build of the command is the same, byte for byte, and is not made twice; the process serves it", async () => {
  const build = (): string =>
    execFileSync(process.execPath, ["functions/web/build.ts"], { cwd: PROJECT_ROOT, encoding: "utf8" });
  build();
  expect([isBuilt(), build()]).toEqual([true, ""]);
  expect(readSiteList().files).toEqual(list.files);
  const child = await startFunctionChild(["functions/_shared/function-main.ts", "web"], {
    PUBLIC_ORIGIN: "https://exchange.example.org",
  });
  try {
    const asked = await fetch(`${child.origin}/account`);
    expect([asked.status, await asked.text(), asked.headers.get("strict-transport-security")]).toEqual([
      200,
      readFileSync(join(folder, "index.html"), "utf8"),
      "max-age=63072000",
    ]);
    // What the framework keeps from every other function.
    const robots = await fetch(`${child.origin}/robots.txt`);
    expect([robots.status, await robots.text()]).toEqual([200, textOf("/robots.txt")]);
    expect(await (await fetch(`${child.origin}/readyz`)).json()).toEqual({
      ready: true,
      function: "web",
      files: list.files.length,
    });
  } finally {
    child.signal("SIGKILL");
    await child.exited;
  }
});
