/** The comparison notices mistakes in the rules of special orders: each is planted in a copy of the reference. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { firstDifferenceOf } from "./compare.ts";
import { CoreExchange } from "./core-exchange.ts";
import type { Exchange } from "./exchange.ts";
import { MISTAKES, type Mistake } from "./planted-mistakes.ts";
import { SPECIAL_PROFILES } from "./profiles-special.ts";
import { writeStrippedCopy } from "./stripped-copy.ts";

const COMMANDS = 2_500;
/** Sessions in which a mistake must show: those that compare.sim.test.ts runs. */
const SEEDS = [1, 2, 3];

const folder = mkdtempSync(join(tmpdir(), "tidebook-mistakes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The reference with one mistake in it. */
async function makeMistaken({ file, right, wrong }: Mistake, at: number): Promise<() => Exchange> {
  const copy = join(folder, String(at));
  const entry = writeStrippedCopy(join(import.meta.dirname, "reference-exchange.ts"), copy);
  const path = join(copy, "engine", "sim", `${file}.js`);
  const source = readFileSync(path, "utf8");
  expect(source, `${file} has no place for it`).toContain(right);
  writeFileSync(
    path,
    source.replaceAll(right, () => wrong),
  );
  const { ReferenceExchange } = await import(/* @vite-ignore */ pathToFileURL(entry).href);
  return () => new ReferenceExchange();
}

test("I22: a copy of the reference without a mistake is no different from the core", async () => {
  const { file, right, profile } = MISTAKES[0]!;
  const makeIt = await makeMistaken({ name: "none", file, right, wrong: right, profile }, MISTAKES.length);
  const honest = SPECIAL_PROFILES.find(({ name }) => name === profile)!;
  expect(firstDifferenceOf(() => new CoreExchange(), makeIt, honest, SEEDS[0]!, COMMANDS)).toBe(null);
});

for (const [at, mistake] of MISTAKES.entries()) {
  test(`I22: the comparison notices that ${mistake.name}`, async () => {
    const makeIt = await makeMistaken(mistake, at);
    const profile = SPECIAL_PROFILES.find(({ name }) => name === mistake.profile)!;
    const noticed = SEEDS.some(
      (seed) => firstDifferenceOf(() => new CoreExchange(), makeIt, profile, seed, COMMANDS) !== null,
    );
    expect(noticed).toBe(true);
  });
}
