/** The data folder: its secrets are made once, and a history never outlives its journal. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NO_PROXIES } from "../../engine/api/client-address.ts";
import { NO_LIMITS_BY_ADDRESS } from "../../engine/api/limits/limit-settings.ts";
import type { Config } from "../_shared/config.ts";
import { openDataFolder } from "./data-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tidebook-data-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const config = (change: Partial<Config> = {}): Config => ({
  port: 0,
  host: "127.0.0.1",
  publicOrigin: null,
  dataDirectory: join(root, "data"),
  snapshotEveryRecords: 1_000,
  segmentBytes: 1_048_576,
  operatorToken: null,
  sealingKey: null,
  databaseUrl: null,
  withdrawalApproval: "operator",
  auditEveryS: 0,
  limits: NO_LIMITS_BY_ADDRESS,
  loopbackLimits: NO_LIMITS_BY_ADDRESS,
  proxies: NO_PROXIES,
  bots: { isOn: false, ratePerS: 25, seed: 1 },
  ...change,
});
const inside = (name: string): string => join(root, "data", name);

test("token and sealing key are made once, readable by their owner alone; the environment wins over the files", () => {
  const first = openDataFolder(config());
  const second = openDataFolder(config());
  const given = openDataFolder(
    config({ operatorToken: "given-token-0123456", sealingKey: new Uint8Array(32).fill(1) }),
  );
  expect([second.operatorToken, second.sealingKey]).toEqual([first.operatorToken, first.sealingKey]);
  expect([given.operatorToken, given.sealingKey]).toEqual(["given-token-0123456", new Uint8Array(32).fill(1)]);
  expect([statSync(inside("operator-token")).mode & 0o777, statSync(inside("seal-key")).mode & 0o777]).toEqual([
    0o600, 0o600,
  ]);
});

test("a sealing key that is gone, while the journal is there, stops the start: a new one would lose every key", () => {
  openDataFolder(config());
  mkdirSync(inside("journal"));
  writeFileSync(inside("journal/segment"), "");
  rmSync(inside("seal-key"));
  expect(() => openDataFolder(config())).toThrow("put it back, or set TIDEBOOK_SEAL_KEY");
  writeFileSync(inside("seal-key"), "beef\n");
  expect(() => openDataFolder(config())).toThrow("is damaged: it holds 64 hexadecimal digits");
});

test("where the journal begins anew, the history of the old one is moved aside and the outbox begins anew", () => {
  mkdirSync(inside("history"), { recursive: true });
  writeFileSync(inside("outbox-cursor.json"), '{"engine":"e1","nextSeq":42}');
  const { historyMovedTo } = openDataFolder(config());
  expect(historyMovedTo).toMatch(/history\.set-aside-/);
  expect(readdirSync(join(root, "data")).filter((name) => !name.startsWith("history.set-aside-"))).toEqual([
    "operator-token",
    "seal-key",
  ]);
});

test("beside a journal that goes on, history stays", () => {
  for (const name of ["history", "journal"]) mkdirSync(inside(name), { recursive: true });
  writeFileSync(inside("journal/segment"), "");
  writeFileSync(inside("seal-key"), `${"ab".repeat(32)}\n`);
  expect(openDataFolder(config()).historyMovedTo).toBe(null);
  expect(readdirSync(join(root, "data"))).toEqual(["history", "journal", "operator-token", "seal-key"]);
});
