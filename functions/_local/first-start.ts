/**
 * What a new exchange begins with: four instruments, and two demo accounts with funds and keys.
 *
 * May be cut off anywhere and run again: instruments and accounts are known by their names, deposits by fixed references,
 * and the keys are written to their file before the engine hears of them. The keys come last: where they are registered,
 * all the rest is there, and a later start asks nothing of the engine. What an operator changed afterwards stays.
 */
import { z } from "zod";
import { randomText } from "../../engine/api/random-text.ts";
import type { EngineClient, EngineReads } from "../../engine/bus/engine-client.ts";
import type { OperatorCommand } from "../../engine/domain/operator.ts";
import type { Reject } from "../../engine/domain/rejects.ts";
import { addInstrumentBody } from "../users/requests.ts";
import { termsOf } from "../users/terms.ts";
import { readFileIfThere, writeSecretFile } from "./atomic-file.ts";

const ASSET_DECIMALS = 8;
const ATOMS_PER_UNIT = 10n ** BigInt(ASSET_DECIMALS);
const KEY_LENGTH = 64;
const DEADLINE_US = 30_000_000;

const INSTRUMENTS = [
  { symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: "0.01", stepSize: "0.00001" },
  { symbol: "ETHUSDT", base: "ETH", quote: "USDT", tickSize: "0.01", stepSize: "0.0001" },
  { symbol: "SOLUSDT", base: "SOL", quote: "USDT", tickSize: "0.01", stepSize: "0.001" },
  { symbol: "SOLUSDC", base: "SOL", quote: "USDC", tickSize: "0.01", stepSize: "0.001" },
] as const;
const TERMS_OF_ALL = { minNotional: "5", makerFee: "0.001", takerFee: "0.001" };

const DEMO_ACCOUNTS = ["demo-1", "demo-2"] as const;
const DEMO_FUNDS = { BTC: 10n, ETH: 100n, SOL: 1_000n, USDT: 1_000_000n, USDC: 1_000_000n } as const;

export interface DemoAccount {
  /** The account's number. */
  readonly account: number;
  readonly apiKey: string;
  readonly apiSecret: string;
}

const demoAccountsFile = z.array(z.object({ account: z.int(), apiKey: z.string(), apiSecret: z.string() }));

export interface FirstStartDeps {
  readonly engine: EngineClient;
  readonly reads: EngineReads;
  readonly nowUs: () => number;
  readonly sealSecret: (secret: string) => string;
  readonly demoAccountsPath: string;
}

export type Prepared =
  /** Keys are in the file; `made`: at this start. */
  | { readonly outcome: "ready"; readonly made: boolean }
  /** Somebody took the file away. The accounts have keys, but their secrets are nowhere; new ones are the operator's to make. */
  | { readonly outcome: "demo_file_missing" };

export async function prepareExchange(deps: FirstStartDeps): Promise<Prepared> {
  const kept = readDemoAccounts(deps.demoAccountsPath);
  const known = await Promise.all((kept ?? []).map(({ apiKey }) => deps.reads.keyByApiKey(apiKey)));
  if (kept !== null && !known.includes(null)) {
    return { outcome: "ready", made: false };
  }
  if (kept === null && (await demoKeysExist(deps))) return { outcome: "demo_file_missing" };
  await addInstruments(deps);
  const accounts: number[] = [];
  for (const name of DEMO_ACCOUNTS) accounts.push(await openAccount(deps, name));
  const demo = kept ?? writeDemoAccounts(deps.demoAccountsPath, accounts);
  for (const account of accounts) await credit(deps, account);
  for (const { account, apiKey, apiSecret } of demo) {
    const key = {
      kind: "hmac_sha256",
      permissions: ["read", "trade", "withdraw"],
      ipAllowList: [],
      expiresUs: 0,
    } as const;
    const material = deps.sealSecret(apiSecret);
    await submit(deps, { type: "register_key", account, apiKey, material, label: "demo", ...key }, "key_exists");
  }
  return { outcome: "ready", made: true };
}

/** null: no such file. @throws Error in words for an operator. */
export function readDemoAccounts(path: string): readonly DemoAccount[] | null {
  const text = readFileIfThere(path);
  if (text === null) return null;
  try {
    return demoAccountsFile.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is damaged: put it back, or remove it and make new keys`, { cause: error });
  }
}

/** One account a line, so that a shell can read it too. */
function writeDemoAccounts(path: string, accounts: readonly number[]): readonly DemoAccount[] {
  const demo = accounts.map((account) => ({
    account,
    apiKey: randomText(KEY_LENGTH),
    apiSecret: randomText(KEY_LENGTH),
  }));
  writeSecretFile(path, `[\n${demo.map((each) => `  ${JSON.stringify(each)}`).join(",\n")}\n]\n`);
  return demo;
}

async function addInstruments(deps: FirstStartDeps): Promise<void> {
  for (const name of Object.keys(DEMO_FUNDS)) {
    if (deps.reads.catalog().assetByName.has(name)) continue;
    await submit(deps, { type: "add_asset", name, decimals: ASSET_DECIMALS }, "asset_exists");
  }
  for (const instrument of INSTRUMENTS) {
    if (deps.reads.catalog().instrumentBySymbol.has(instrument.symbol)) continue;
    const body = addInstrumentBody.parse({ ...instrument, ...TERMS_OF_ALL });
    await submit(
      deps,
      { type: "add_instrument", terms: termsOf(body, ASSET_DECIMALS, ASSET_DECIMALS) },
      "instrument_exists",
    );
  }
}

async function openAccount(deps: FirstStartDeps, name: string): Promise<number> {
  const known = await accountByName(deps, name);
  if (known !== null) return known;
  const reply = await deps.engine.submitOperator({ type: "open_account", name }, deps.nowUs() + DEADLINE_US);
  if (reply.outcome === "done" && reply.account !== undefined) return reply.account.id;
  throw new Error(`the first start: the account ${name} could not be opened`);
}

async function accountByName(deps: FirstStartDeps, name: string): Promise<number | null> {
  // Account ids have no gaps.
  for (let id = 0; ; id++) {
    const { value } = await deps.reads.account(id);
    if (value === null) return null;
    if (value.name === name) return id;
  }
}

async function credit(deps: FirstStartDeps, account: number): Promise<void> {
  for (const [asset, units] of Object.entries(DEMO_FUNDS)) {
    const reference = `demo:${account}:${asset}`;
    await submit(deps, { type: "deposit", account, asset, atoms: units * ATOMS_PER_UNIT, reference }, "reference_used");
  }
}

async function demoKeysExist(deps: FirstStartDeps): Promise<boolean> {
  for (const name of DEMO_ACCOUNTS) {
    const account = await accountByName(deps, name);
    if (account !== null && (await deps.reads.keys(account)).length > 0) return true;
  }
  return false;
}

/** @param done the refusal that says it was done before. */
async function submit(deps: FirstStartDeps, command: OperatorCommand, done: Reject): Promise<void> {
  const reply = await deps.engine.submitOperator(command, deps.nowUs() + DEADLINE_US);
  if (reply.outcome !== "rejected" || reply.reason === done) return;
  throw new Error(`the first start: ${command.type} was refused as ${reply.reason}`);
}
