/**
 * The bots' accounts: opened, funded and given a key once, by the operator's API; the keys are kept in a file of the data
 * folder (0600), so that a restart makes no new ones: the engine never forgets a key.
 *
 * May be cut off anywhere and run again: accounts are known by their names, deposits by fixed references. A key whose secret
 * was lost with the file is revoked before another is made.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { z } from "zod";
import { readFileIfThere, writeSecretFile } from "../atomic-file.ts";
import type { OperatorCalls } from "./operator-calls.ts";

export const BOT_NAMES = ["bots-maker", "bots-taker", "bots-noise", "bots-arbitrage"] as const;
export type BotName = (typeof BOT_NAMES)[number];

/** Whole units of each asset that an account begins with, and that a top-up gives again. */
export type Funds = Readonly<Record<string, number>>;
export const BOT_FUNDS: Funds = { BTC: 500, ETH: 10_000, SOL: 200_000, USDT: 100_000_000, USDC: 20_000_000 };

const KEY_LABEL = "bots";
const HTTP_CONFLICT = 409;
const ACCOUNTS_A_PAGE = 1_000;

export interface BotAccount {
  readonly name: BotName;
  readonly account: number;
  readonly apiKey: string;
  readonly privateKey: KeyObject;
}

const kept = z.object({ name: z.enum(BOT_NAMES), account: z.int(), apiKey: z.string(), privateKey: z.string() });
type Kept = z.output<typeof kept>;
const file = z.array(kept);

/**
 * @param funds what an account that is made now begins with; null: none is made, those that are there are all.
 * @throws Error where the operator's API refuses what has to be there.
 */
export async function botAccounts(
  path: string,
  operator: OperatorCalls,
  funds: Funds | null,
): Promise<readonly BotAccount[]> {
  const before = readKept(path);
  const now: Kept[] = [];
  let isNew = false;
  for (const name of BOT_NAMES) {
    const known = before.find((each) => each.name === name);
    if (known !== undefined && (await isUsable(operator, known))) {
      now.push(known);
      continue;
    }
    if (funds === null) continue;
    now.push(await made(operator, name, funds));
    isNew = true;
  }
  if (isNew) writeSecretFile(path, `[\n${now.map((each) => `  ${JSON.stringify(each)}`).join(",\n")}\n]\n`);
  return now.map((each) => ({ ...each, privateKey: createPrivateKey(each.privateKey) }));
}

/** A file that cannot be read is as good as none: its keys are revoked and made anew. */
function readKept(path: string): readonly Kept[] {
  const text = readFileIfThere(path);
  if (text === null) return [];
  try {
    return file.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** The number may be somebody else's: where the journal began anew, the file is of another exchange. */
async function isUsable(operator: OperatorCalls, { name, account, apiKey }: Kept): Promise<boolean> {
  const shown = await operator.call("GET", `/accounts/${account}`);
  if (shown.status !== 200 || shown.body.name !== name) return false;
  const keys = await liveKeys(operator, account);
  return keys.some((key) => key.apiKey === apiKey && !key.disabled);
}

interface BotKey {
  readonly apiKey: string;
  readonly account: number;
  readonly label: string;
  readonly revoked: boolean;
  readonly disabled: boolean;
}

/** Of all keys, which is what is listed, the bots' own alone: nobody else's is ever revoked. */
async function liveKeys(operator: OperatorCalls, account: number): Promise<readonly BotKey[]> {
  const keys: readonly BotKey[] = await operator.must("GET", "/keys");
  return keys.filter((key) => key.account === account && key.label === KEY_LABEL && !key.revoked);
}

async function made(operator: OperatorCalls, name: BotName, funds: Funds): Promise<Kept> {
  const account = await openAccount(operator, name);
  for (const { apiKey } of await liveKeys(operator, account)) await operator.must("DELETE", `/keys/${apiKey}`);
  await Promise.all(Object.keys(funds).map((asset) => fund(operator, account, asset, funds, 0)));
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { apiKey } = await operator.must("POST", "/keys", {
    account,
    kind: "ed25519",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    permissions: ["read", "trade"],
    label: KEY_LABEL,
  });
  return { name, account, apiKey, privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

async function openAccount(operator: OperatorCalls, name: BotName): Promise<number> {
  const opened = await operator.call("POST", "/accounts", { name });
  if (opened.status === 200) return opened.body.id;
  if (opened.status !== HTTP_CONFLICT) throw new Error(`the account ${name}: ${JSON.stringify(opened.body)}`);
  for (let fromId = 0; ; fromId += ACCOUNTS_A_PAGE) {
    const page = await operator.must("GET", `/accounts?fromId=${fromId}&limit=${ACCOUNTS_A_PAGE}`);
    const found = page.find((account: { name: string }) => account.name === name);
    if (found !== undefined) return found.id;
    if (page.length < ACCOUNTS_A_PAGE) throw new Error(`the account ${name} exists, and is not listed`);
  }
}

/**
 * Credits an account once under each number. @returns false: that number was credited before.
 *
 * @throws Error where the deposit is refused for any other reason.
 */
export async function fund(
  operator: OperatorCalls,
  account: number,
  asset: string,
  funds: Funds,
  number: number,
): Promise<boolean> {
  const body = { account, asset, amount: String(funds[asset] ?? 0), reference: `bots:${account}:${asset}:${number}` };
  const { status, body: said } = await operator.call("POST", "/deposits", body);
  if (status === 200) return true;
  if (status === HTTP_CONFLICT) return false;
  throw new Error(`the deposit ${body.reference}: ${status} ${JSON.stringify(said)}`);
}
