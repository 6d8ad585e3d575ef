/** The Dockerfile keeps its rules, each of which finds a violation planted for it; the build's context is what it says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseDockerfile } from "./dockerfile.ts";
import { DOCKERFILE_RULES } from "./dockerfile-rules.ts";
import { IMAGES } from "./workloads.ts";

const PROJECT = join(import.meta.dirname, "..", "..");
const DOCKERFILE = readFileSync(join(PROJECT, "Dockerfile"), "utf8");
const PACKAGE = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  readonly version: string;
  readonly license: string;
  readonly optionalDependencies: { readonly node: string };
};

const BASE = "$" + "{NODE_IMAGE}";

/** What each rule is broken with, and what it then says. */
const PLANTED: Readonly<Record<keyof typeof DOCKERFILE_RULES, readonly [from: string, to: string, said: string]>> = {
  "one argument names the base of all stages": [
    `FROM ${BASE} AS build`,
    "FROM node:24 AS build",
    "build is from node:24",
  ],
  "the base has a full version tag": ["24.21.0-trixie-slim", "latest", "NODE_IMAGE is node:latest"],
  "the targets are the workloads": ["FROM base AS users", "FROM base AS customers", "customers is no workload"],
  "a target runs as a number that is not root's": ["USER 65532:65532", "USER nonroot", "engine runs as nonroot"],
  "a target's files come from other stages, and nothing runs in it": [
    "COPY --from=build /out/orders/ /",
    "COPY functions /app",
    "orders: COPY functions /app",
  ],
  "a target is made on nothing": ["FROM base AS stream", "FROM build AS stream", `stream is made on ${BASE}`],
  "a target starts its own program, without a shell": [
    'ENTRYPOINT ["node", "/app/account.cjs"]',
    "ENTRYPOINT node /app/account.cjs",
    "account starts node /app/account.cjs",
  ],
  "nothing is added from elsewhere": [
    "COPY tsconfig.json ./",
    "ADD https://example.com/tsconfig.json ./",
    "build: ADD https://example.com/tsconfig.json ./",
  ],
  "packages come from the lockfile, and none of them runs a script": [
    "npm ci --ignore-scripts",
    "npm install",
    "build: npm install --no-audit --no-fund",
  ],
  "no secret is written down": [
    "ENV TIDEBOOK_DATA_DIR=/data",
    "ENV TIDEBOOK_OPERATOR_TOKEN=1",
    "engine: ENV TIDEBOOK_OPERATOR_TOKEN=1",
  ],
};

for (const [name, rule] of Object.entries(DOCKERFILE_RULES)) {
  test(`${name}`, () => {
    expect(rule(parseDockerfile(DOCKERFILE), IMAGES)).toEqual([]);
    const [from, to, said] = PLANTED[name] ?? ["", "", ""];
    expect(DOCKERFILE).toContain(from);
    expect(rule(parseDockerfile(DOCKERFILE.replace(from, to)), IMAGES)).toContain(said);
  });
}

test("the labels tell the package's version and licence, and a title for each target", () => {
  expect(DOCKERFILE).toContain(`org.opencontainers.image.version="${PACKAGE.version}"`);
  expect(DOCKERFILE).toContain(`org.opencontainers.image.licenses="${PACKAGE.license}"`);
  const titles = [...DOCKERFILE.matchAll(/image\.title="tidebook-([a-z-]+)"/g)].map(([, title]) => title);
  expect(titles).toEqual(IMAGES.map(({ name }) => name));
});

test("images run the Node that the package brings", () => {
  const tag = parseDockerfile(DOCKERFILE).baseArguments.get("NODE_IMAGE") ?? "";
  expect(`^${/:(\d+\.\d+\.\d+)-/.exec(tag)?.[1]}`).toBe(PACKAGE.optionalDependencies.node);
});

test("a build is told the sources of what it makes, and nothing else", () => {
  const excluded = [
    ".data/journal/1.journal",
    ".git/config",
    ".env",
    "node_modules/zod/index.js",
    "dist/images/orders/orders.cjs",
    "knative/base/orders.yaml",
    "engine/README.md",
    "engine/sim/prng.ts",
    "engine/bench/main.ts",
    "engine/replay/main.ts",
    "engine/tidy.test.ts",
    "engine/bus/redis/testing/redis-server.ts",
    "functions/_local/main.ts",
    "functions/_acceptance/target.ts",
    "functions/orders/contract.test.ts",
    "functions/persistence/persistence.bench-case.ts",
    "functions/web/dist/index.html",
  ];
  const included = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "engine/images/bundle.ts",
    "engine/runtime/event-history-worker.ts",
    "functions/_shared/migrations/0001_history.sql",
    "functions/orders/index.ts",
    "functions/web/screen/index.html",
    "functions/web/vite.config.ts",
    "docs/openapi.json",
    "docs/asyncapi.json",
  ];
  const patterns = readFileSync(join(PROJECT, ".dockerignore"), "utf8").split("\n");
  expect([...excluded, ...included].filter((path) => isInContext(path, patterns))).toEqual(included);
});

/** The last pattern that names the path or a folder above it decides. */
function isInContext(path: string, patterns: readonly string[]): boolean {
  const parts = path.split("/");
  const names = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return patterns
    .filter((pattern) => pattern !== "" && !pattern.startsWith("#"))
    .reduce((isIn, pattern) => {
      const glob = globPattern(pattern.replace(/^!/, ""));
      return names.some((name) => glob.test(name)) ? pattern.startsWith("!") : isIn;
    }, true);
}

/** As docker reads it: a star matches a leading dot too, and two stars any number of folders. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/^\*\*\//, "(.*/)?").replaceAll(/(?<![.)])\*/g, "[^/]*")}$`);
}
