/** The first start, on a real engine: cut off anywhere, it ends the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wallClockUs } from "../../engine/bus/edge/wall-clock.ts";
import type { EngineClient } from "../../engine/bus/engine-client.ts";
import type { Engine } from "../../engine/runtime/contract.ts";
import { startEngine } from "../../engine/runtime/engine.ts";
import { type FirstStartDeps, type Prepared, prepareExchange, readDemoAccounts } from "./first-start.ts";

const ATOMS = 100_000_000n;

/** Runs with a real engine on a folder, and closes it. */
async function withEngine<T>(folder: string, work: (engine: Engine, deps: FirstStartDeps) => Promise<T>): Promise<T> {
  const engine = await startEngine({
    directory: join(folder, "journal"),
    wallClockUs,
    segmentBytes: 64 * 1_024,
    onFatal: (error) => {
      throw error;
    },
  });
  const demoAccountsPath = join(folder, "demo-accounts.json");
  const sealSecret = (secret: string): string => `sealed ${secret.length}`;
  try {
    return await work(engine, { engine, reads: engine, nowUs: wallClockUs, sealSecret, demoAccountsPath });
  } finally {
    await engine.close();
  }
}

/** Takes so many commands, then is gone. */
function cutAfter(engine: EngineClient, commands: number): EngineClient {
  let left = commands;
  return {
    submit: engine.submit.bind(engine),
    submitOperator(command, deadlineUs) {
      left -= 1;
      return left < 0 ? Promise.reject(new Error("cut")) : engine.submitOperator(command, deadlineUs);
    },
  };
}

async function shown(engine: Engine, path: string) {
  const demo = readDemoAccounts(path) ?? [];
  const balances = [];
  for (const account of [0, 1, 2, 3]) {
    const { value } = await engine.account(account);
    balances.push(value === null ? null : value.balances.map(({ freeAtoms }) => freeAtoms / ATOMS));
  }
  const keys = demo.map(({ account, apiKey }) => engine.keyByApiKey(apiKey)?.account === account);
  return { symbols: engine.catalog().instruments.map(({ symbol }) => symbol), balances, keys };
}

const COMPLETE = {
  symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT", "SOLUSDC"],
  balances: [
    [0n, 0n, 0n, 0n, 0n],
    [10n, 100n, 1_000n, 1_000_000n, 1_000_000n],
    [10n, 100n, 1_000n, 1_000_000n, 1_000_000n],
    null,
  ],
  keys: [true, true],
};

test("a first start that is cut off after any of its commands is completed by the next, and nothing is credited twice", async () => {
  for (let commands = 0; ; commands++) {
    const folder = mkdtempSync(join(tmpdir(), "tidebook-first-start-"));
    try {
      const cut = await withEngine(folder, (engine, deps) =>
        prepareExchange({ ...deps, engine: cutAfter(engine, commands) }).then(
          () => false,
          () => true,
        ),
      );
      const found = await withEngine(folder, async (engine, deps) => {
        await prepareExchange(deps);
        return shown(engine, deps.demoAccountsPath);
      });
      expect(found).toEqual(COMPLETE);
      if (!cut) break;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

test("a later start asks nothing of the engine; a keys file that was taken away is not made anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-first-start-"));
  try {
    const outcomes = await withEngine(folder, async (engine, deps) => {
      const prepared: Prepared[] = [await prepareExchange(deps)];
      const quiet = { ...deps, engine: cutAfter(engine, 0) };
      prepared.push(await prepareExchange(quiet));
      rmSync(deps.demoAccountsPath);
      prepared.push(await prepareExchange(quiet));
      return prepared;
    });
    expect(outcomes).toEqual([
      { outcome: "ready", made: true },
      { outcome: "ready", made: false },
      { outcome: "demo_file_missing" },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
