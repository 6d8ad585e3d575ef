/**
 * The operator's commands: their words, what they take, what they do. One table for parsing, for help and for running.
 *
 * Journal commands work on the folder itself, so that they are there when the exchange does not start.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { backUpJournal, restoreJournal } from "../journal/backup.ts";
import { showRecord, verifyJournal, voidRecord } from "../journal/operator.ts";
import {
  type CommandContext,
  type CommandOption,
  command,
  numberOf,
  type OperatorCommandSpec,
  option,
  segment,
  UsageError,
} from "./command-spec.ts";
import { FUNDING_COMMANDS } from "./funding-commands.ts";
import { backUpPeople, restorePeople } from "./people-folder.ts";
import { RECORD_TEXT } from "./record-text.ts";
import { VENUE_COMMANDS } from "./venue-commands.ts";

const INSTRUMENT_OPTIONS: readonly CommandOption[] = [
  { ...option("base", "ASSET", "what is bought and sold"), required: true },
  { ...option("quote", "ASSET", "what it is paid with"), required: true },
  { ...option("tick", "DECIMAL", "smallest step of a price"), required: true },
  { ...option("lot", "DECIMAL", "smallest step of a quantity"), required: true },
  option("min-notional", "DECIMAL", "price × quantity at least (0)"),
  option("max-notional", "DECIMAL", "price × quantity at most"),
  option("min-price", "DECIMAL", "lowest price of an order"),
  option("max-price", "DECIMAL", "highest price of an order"),
  option("min-qty", "DECIMAL", "smallest quantity of an order"),
  option("max-qty", "DECIMAL", "largest quantity of an order"),
  option("market-max-qty", "DECIMAL", "largest quantity of a market order"),
  option("max-orders", "NUMBER", "open orders of one account (200)"),
  option("maker-fee", "DECIMAL", "share of 1 (0.001)"),
  option("taker-fee", "DECIMAL", "share of 1 (0.001)"),
  option("base-decimals", "NUMBER", "of the base, if it is new (8)"),
  option("quote-decimals", "NUMBER", "of the quote, if it is new (8)"),
];
/** Names in the API; what is not here has its own name there. */
const INSTRUMENT_FIELDS: Readonly<Record<string, string>> = {
  tick: "tickSize",
  lot: "stepSize",
  "min-notional": "minNotional",
  "max-notional": "maxNotional",
  "min-price": "minPrice",
  "max-price": "maxPrice",
  "min-qty": "minQty",
  "max-qty": "maxQty",
  "market-max-qty": "marketMaxQty",
  "max-orders": "maxNumOrders",
  "maker-fee": "makerFee",
  "taker-fee": "takerFee",
  "base-decimals": "baseDecimals",
  "quote-decimals": "quoteDecimals",
};
const NUMBER_OPTIONS: ReadonlySet<string> = new Set(["max-orders", "base-decimals", "quote-decimals"]);

export const OPERATOR_COMMANDS: readonly OperatorCommandSpec[] = [
  command("status", "what the exchange is and how far it got", ({ api }) => api().call("GET", "/status")),
  command("instrument list", "every instrument with its terms", ({ api }) => api().call("GET", "/instruments")),
  command("instrument add SYMBOL", "add an instrument; new assets are made", addInstrument, INSTRUMENT_OPTIONS),
  command("account list", "every account", listAccounts),
  command("account show ACCOUNT", "one account with its balances", ({ api, positionals }) =>
    api().call("GET", `/accounts/${segment(positionals[0])}`),
  ),
  command("account create NAME", "open an account", ({ api, positionals }) =>
    api().call("POST", "/accounts", { name: positionals[0] }),
  ),
  command("account disable ACCOUNT", "no more orders, no more withdrawals; what is open stays", (context) =>
    setAccount(context, false),
  ),
  command("account enable ACCOUNT", "undo it", (context) => setAccount(context, true)),
  command(
    "account link ACCOUNT|NAME",
    "a one-time sign-in link, good for 15 minutes: for whoever has lost every passkey, or comes for the first time",
    ({ api, positionals: [named = ""] }) =>
      api().call("POST", "/links", /^[0-9]{1,10}$/.test(named) ? { account: Number(named) } : { name: named }),
  ),
  command("key list", "every key, without secrets", listKeys, [option("account", "ACCOUNT", "of this account only")]),
  command("key create ACCOUNT", "make a key; its secret is shown this once", createKey, [
    option("permissions", "LIST", "of read, trade, withdraw (read,trade)"),
    option("kind", "KIND", "hmac_sha256, ed25519 or rsa_sha256 (hmac_sha256)"),
    option("public-key", "FILE", "PEM, for the last two"),
    option("label", "TEXT", "a name for people"),
    option("ip", "LIST", "addresses or CIDR ranges that may use it (any)"),
    option("expires", "DATE", "when it ends, like 2030-01-31T12:00:00Z (never)"),
  ]),
  command(
    "key set KEY",
    "change a key; what is not given stays",
    (context) => setKey(context, keyChanges(context.options)),
    [
      option("permissions", "LIST", "of read, trade, withdraw"),
      option("label", "TEXT", "a name for people"),
      option("ip", "LIST", "addresses or CIDR ranges that may use it; any"),
      option("expires", "DATE", "when it ends, like 2030-01-31T12:00:00Z; never"),
    ],
  ),
  command("key disable KEY", "it does nothing until it is enabled again", (context) =>
    setKey(context, { disabled: true }),
  ),
  command("key enable KEY", "undo it", (context) => setKey(context, { disabled: false })),
  command("key revoke KEY", "end a key, at once and for good", ({ api, positionals }) =>
    api().call("DELETE", `/keys/${segment(positionals[0])}`),
  ),
  command(
    "deposit ACCOUNT ASSET AMOUNT",
    "credit an account; a reference is credited once",
    ({ api, positionals: [account, asset, amount], options }) =>
      api().call("POST", "/deposits", {
        account: numberOf(account, "ACCOUNT"),
        asset,
        amount,
        reference: options.reference,
      }),
    [{ ...option("reference", "TEXT", "what names this deposit for ever"), required: true }],
  ),
  command("halt SYMBOL", "no orders, no amendments; cancels pass", (context) => setStatus(context, "halt")),
  command("cancel-only SYMBOL", "no orders; cancels and amendments pass", (context) =>
    setStatus(context, "cancel_only"),
  ),
  command("resume SYMBOL", "trade again", ({ api, positionals }) =>
    api().call("DELETE", `/halts/${segment(positionals[0])}`),
  ),
  command("cancel-all ACCOUNT SYMBOL", "cancel what an account has open there; all: everywhere", cancelAll),
  ...VENUE_COMMANDS,
  ...FUNDING_COMMANDS,
  command("dead-letters list", "events that nobody could take, newest first", listLetters, [
    option("state", "STATE", "waiting, replayed or discarded (all)"),
    option("before", "LETTER", "those older than this one"),
    option("limit", "NUMBER", "how many (100)"),
  ]),
  command("dead-letters show LETTER", "one of them, with headers and body", ({ api, positionals }) =>
    api().call("GET", `/dead-letters/${segment(positionals[0])}`),
  ),
  command("dead-letters replay LETTER", "hand it over again; a number, or all that wait", replayLetters),
  command("dead-letters discard LETTER", "it is settled, and need not be handed over", ({ api, positionals }) =>
    api().call("DELETE", `/dead-letters/${segment(positionals[0])}`),
  ),
  command("history empty", "forget what Postgres holds; it is filled again from the journal", emptyHistory, [
    { ...option("yes", null, "it is meant"), required: true },
  ]),
  command("journal verify", "read every frame and snapshot; may run beside the exchange", ({ journalFolder }) => {
    const { damage, ...found } = verifyJournal(journalFolder);
    return { outcome: damage === null ? "whole" : "damaged", ...found, damage: damage?.message ?? null };
  }),
  command("journal show RECORD", "one record as text; may run beside the exchange", ({ journalFolder, positionals }) =>
    showRecord(journalFolder, numberOf(positionals[0], "RECORD"), RECORD_TEXT),
  ),
  command(
    "journal void RECORD",
    "let recovery skip the record it stops at; the exchange must not run",
    ({ journalFolder, positionals, options }) =>
      voidRecord(journalFolder, numberOf(positionals[0], "RECORD"), String(options.reason)),
    [{ ...option("reason", "TEXT", "kept in the journal"), required: true }],
  ),
  command(
    "backup FOLDER",
    "copy snapshots, segments and archive there, verified; may run beside the exchange, and again into the same folder",
    backUp,
  ),
  command(
    "restore FOLDER",
    "put a backup back, verified; the exchange must not run, and must hold no journal",
    restore,
    [option("epoch-above", "NUMBER", "the highest epoch ever seen, where this machine's clock cannot be trusted")],
  ),
];

/** People first: an account without its person is found again by an operator's link; a person without the account is not. */
async function backUp({ journalFolder, positionals: [folder = ""] }: CommandContext): Promise<unknown> {
  const people = await backUpPeople(dirname(journalFolder), folder);
  return { ...(await backUpJournal(journalFolder, folder)), people };
}

/** The journal first: it refuses where an exchange runs, or another journal is. */
async function restore({ journalFolder, positionals: [folder = ""], options }: CommandContext): Promise<unknown> {
  const { "epoch-above": above } = options;
  const restored = await restoreJournal(folder, journalFolder, {
    wallClockUs: () => Date.now() * 1_000,
    ...(above === undefined ? {} : { epochAbove: numberOf(String(above), "--epoch-above") }),
  });
  return { ...restored, people: await restorePeople(folder, dirname(journalFolder)) };
}

function addInstrument({ api, positionals, options }: CommandContext): unknown {
  const body: Record<string, unknown> = { symbol: positionals[0] };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    body[INSTRUMENT_FIELDS[name] ?? name] = NUMBER_OPTIONS.has(name) ? numberOf(String(value), `--${name}`) : value;
  }
  return api().call("POST", "/instruments", body);
}

const ACCOUNTS_PER_CALL = 1_000;

async function listAccounts({ api }: CommandContext): Promise<unknown> {
  const accounts: { readonly id: number }[] = [];
  for (let fromId = 0; ; ) {
    const page = (await api().call("GET", `/accounts?fromId=${fromId}&limit=${ACCOUNTS_PER_CALL}`)) as typeof accounts;
    accounts.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < ACCOUNTS_PER_CALL) return accounts;
    fromId = last.id + 1;
  }
}

function setAccount({ api, positionals }: CommandContext, enabled: boolean): unknown {
  return api().call("POST", `/accounts/${segment(positionals[0])}`, { canTrade: enabled, canWithdraw: enabled });
}

async function listKeys({ api, options }: CommandContext): Promise<unknown> {
  const keys = (await api().call("GET", "/keys")) as { readonly account: number }[];
  if (typeof options.account !== "string") return keys;
  const account = numberOf(options.account, "--account");
  return keys.filter((key) => key.account === account);
}

function createKey({ api, positionals, options }: CommandContext): unknown {
  const { "public-key": file } = options;
  return api().call("POST", "/keys", {
    account: numberOf(positionals[0], "ACCOUNT"),
    permissions: listOf(options.permissions) ?? ["read", "trade"],
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(typeof file === "string" ? { publicKey: textOfFile(file) } : {}),
    ...(options.label === undefined ? {} : { label: options.label }),
    ...(options.ip === undefined ? {} : { ipAllowList: listOf(options.ip) }),
    ...(options.expires === undefined ? {} : { expires: timeOf(String(options.expires)) }),
  });
}

/** The word `any` or `never` takes a bound away. */
function keyChanges(options: CommandContext["options"]): object {
  const { permissions, label, ip, expires } = options;
  return {
    ...(permissions === undefined ? {} : { permissions: listOf(permissions) }),
    ...(label === undefined ? {} : { label }),
    ...(ip === undefined ? {} : { ipAllowList: ip === "any" ? [] : listOf(ip) }),
    ...(expires === undefined ? {} : { expires: expires === "never" ? null : timeOf(String(expires)) }),
  };
}

function setKey({ api, positionals }: CommandContext, changes: object): unknown {
  return api().call("POST", `/keys/${segment(positionals[0])}`, changes);
}

async function cancelAll({ api, positionals: [named, symbol] }: CommandContext): Promise<unknown> {
  const account = numberOf(named, "ACCOUNT");
  const cancel = (instrument: string | undefined): Promise<unknown> =>
    api().call("POST", "/cancel-all", { account, symbol: instrument });
  if (symbol !== "all") return cancel(symbol);
  const instruments = (await api().call("GET", "/instruments")) as { readonly symbol: string }[];
  const canceled: unknown[] = [];
  for (const instrument of instruments) canceled.push(await cancel(instrument.symbol));
  return canceled;
}

function listOf(value: string | boolean | undefined): string[] | undefined {
  return typeof value === "string" ? value.split(",").filter((word) => word !== "") : undefined;
}

function listLetters({ api, options }: CommandContext): unknown {
  const asked = new URLSearchParams();
  for (const name of ["state", "before", "limit"]) {
    const value = options[name];
    if (typeof value === "string") asked.set(name, value);
  }
  return api().call("GET", `/dead-letters?${asked}`);
}

const LETTERS_PER_CALL = 500;

/** `all`: those that wait, oldest first, so that events come as they once did; it stops at the first that is not taken. */
async function replayLetters({ api, positionals }: CommandContext): Promise<unknown> {
  const [named] = positionals;
  if (named !== "all") return api().call("POST", `/dead-letters/${segment(named)}`);
  const waiting: number[] = [];
  for (let before = ""; ; ) {
    const page = await api().call("GET", `/dead-letters?state=waiting&limit=${LETTERS_PER_CALL}${before}`);
    const letters = (page as { readonly letter: number }[]).map(({ letter }) => letter);
    waiting.push(...letters);
    if (letters.length < LETTERS_PER_CALL) break;
    before = `&before=${letters.at(-1)}`;
  }
  const replayed: unknown[] = [];
  for (const letter of waiting.toReversed()) replayed.push(await api().call("POST", `/dead-letters/${letter}`));
  return replayed;
}

function emptyHistory({ api }: CommandContext): Promise<unknown> {
  return api().call("DELETE", "/history");
}

function setStatus({ api, positionals }: CommandContext, status: "halt" | "cancel_only"): unknown {
  return api().call("POST", "/halts", { symbol: positionals[0], status });
}

function textOfFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--public-key: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError("--expires is a date like 2030-01-31T12:00:00Z");
  return ms;
}
