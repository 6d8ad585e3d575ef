/**
 * The README's tables that follow from the code: every reason for a no, every setting, every operator's command.
 *
 * What a reason means is written here, once; codes, messages and whether to try again come from the code itself.
 */
import { z } from "zod";
import type { Refusal } from "../../engine/api/refusal.ts";
import { AMEND_REFUSAL, CANCEL_REFUSAL, PLACE_REFUSAL } from "../../engine/api/rejects.ts";
import { type ExchangeLimits, NO_LIMITS } from "../../engine/domain/instrument.ts";
import { REJECT_IS_TRANSIENT, REJECTS, type Reject } from "../../engine/domain/rejects.ts";
import { OPERATOR_COMMANDS } from "../../engine/ops/commands.ts";
import { configSchema } from "../_shared/config.ts";
import { operatorRefusal } from "../users/operator-refusals.ts";
import { PROCESSES, type ProcessSettings } from "./processes.ts";

const MEANING: Readonly<Record<Reject, string>> = {
  deadline_passed: "the engine reached it after its deadline; an earlier copy may have been executed, so ask GET order",
  deadline_too_far: "the clocks of edge and engine are more than 5 s apart",
  operator_only: "an operator's command on the traders' way",
  account_not_found: "there is no such account",
  key_not_valid: "the key was revoked, has expired, or lacks the permission",
  account_disabled: "an operator has stopped this account's orders",
  instrument_not_found: "there is no such symbol",
  instrument_halted: "no new orders now; cancels pass",
  instrument_cancel_only: "no new orders now; cancels and amendments pass",
  order_type_not_supported: "type and timeInForce that do not go together, or a type still to come",
  self_trade_mode_not_allowed: "the symbol does not allow this mode",
  price_outside_filter: "below minPrice or above maxPrice",
  quantity_outside_filter: "below minQty or above maxQty",
  market_quantity_outside_filter: "outside MARKET_LOT_SIZE",
  notional_outside_filter: "price × quantity outside NOTIONAL",
  amount_too_large: "an amount above 2^63−1 atoms",
  open_orders_limit: "as many open orders on this symbol as MAX_NUM_ORDERS allows",
  client_order_id_open: "an open order of yours has this newClientOrderId",
  order_not_found: "no open order of yours has this id",
  client_order_id_mismatch: "orderId and origClientOrderId name different orders",
  cancel_restricted: "cancelRestrictions does not fit what is executed",
  quantity_not_reduced: "an amendment may only make an order smaller",
  quantity_already_executed: "the new quantity is not above what is executed",
  post_only_would_take: "a LIMIT_MAKER order would trade at once",
  no_liquidity: "a market order, and nothing on the other side",
  liquidity_below_lot: "quoteOrderQty does not buy one lot of what is there",
  balance_too_low: "less is free than the order needs",
  asset_not_found: "there is no such asset",
  asset_exists: "the asset is there already",
  asset_invalid: "an asset's name or decimals are not allowed",
  instrument_exists: "the instrument is there already",
  instrument_invalid: "terms that contradict each other or do not come out in whole atoms",
  account_exists: "an account has this name",
  account_invalid: "an account's name has 1 to 64 characters",
  key_exists: "a key has this name",
  key_not_found: "there is no such key",
  key_invalid: "the key's material is empty",
  reference_used: "this reference was credited, or held, before",
  reference_unknown: "no withdrawal has this reference, or it has not 1 to 128 characters",
  withdrawal_not_held: "the withdrawal has ended already",
  status_unchanged: "the instrument has this status already",
  conditions_invalid: "stop, trailing or iceberg values that do not go with the type",
  stop_price_outside_filter: "stopPrice below minPrice or above maxPrice",
  trailing_delta_outside_filter: "trailingDelta outside TRAILING_DELTA",
  iceberg_quantity_outside_filter: "icebergQty below minQty or above maxQty",
  iceberg_parts_exceeded: "icebergQty is too small a part of the quantity",
  percent_price_outside_filter: "the price is too far from the average",
  position_limit: "the account would come to hold more than MAX_POSITION",
  algo_orders_limit: "as many open stop and take-profit orders on this symbol as are allowed",
  iceberg_orders_limit: "as many open icebergs on this symbol as are allowed",
  order_lists_limit: "as many open lists on this symbol as are allowed",
  exchange_orders_limit: "as many open orders on all symbols as are allowed",
  exchange_algo_orders_limit: "as many open stop and take-profit orders on all symbols as are allowed",
  exchange_iceberg_orders_limit: "as many open icebergs on all symbols as are allowed",
  exchange_order_lists_limit: "as many open lists on all symbols as are allowed",
  orders_per_10s_limit: "too many orders without a fill in these 10 s",
  orders_per_day_limit: "too many orders without a fill on this UTC day",
  order_amends_limit: "the order was amended as often as MAX_NUM_ORDER_AMENDS allows",
  stop_would_trigger: "the last trade is at the stop price, or past it",
  list_invalid: "types that do not make such a list",
  list_prices_wrong: "a list's prices are not below and above the last trade",
  list_client_order_id_open: "an open list of yours has this listClientOrderId",
  list_not_found: "no open list of yours has this id",
  amend_not_supported: "an iceberg, an order of a list, or one that is not on the book",
  limits_invalid: "a limit that is negative or not whole",
  withdrawals_frozen: "an operator, or the audit, has frozen withdrawals",
};

const UNEXPECTED = -1000;

/** Stand for whatever limits an operator sets. */
const LIMITS_SHOWN: ExchangeLimits = { ...NO_LIMITS, ordersPer10s: 100, ordersPerDay: 200_000 };

/** What clients read, trader's first; the same answer to several kinds of request is written once. */
function answersTo(reason: Reject): string {
  const answers = new Map<string, string[]>();
  const kinds = { order: PLACE_REFUSAL, cancel: CANCEL_REFUSAL, amend: AMEND_REFUSAL };
  for (const [kind, refusals] of Object.entries(kinds)) {
    const refusal = refusals[reason](LIMITS_SHOWN);
    if (refusal.code === UNEXPECTED) continue;
    const text = answerText(refusal);
    answers.set(text, [...(answers.get(text) ?? []), kind]);
  }
  if (answers.size === 0) return `operator: ${answerText(operatorRefusal(reason))}`;
  const alone = answers.size === 1;
  return [...answers].map(([text, asked]) => (alone ? text : `${asked.join(", ")}: ${text}`)).join("<br>");
}

function answerText({ status, code, message }: Refusal): string {
  return `${status === 400 ? "" : `${status} `}${code} ${message}`;
}

export function rejectsTable(): string {
  return tableOf(
    ["reason", "means", "answer (HTTP 400 where none is named)", "may pass later"],
    REJECTS.map((reason) => [
      `\`${reason}\``,
      MEANING[reason],
      answersTo(reason),
      REJECT_IS_TRANSIENT[reason] ? "yes" : "no",
    ]),
  );
}

const SETTING: Readonly<Record<keyof typeof configSchema.shape, string>> = {
  PORT: "where it listens; 0: any free port",
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS:
    "commands between two snapshots; a start replays what came after the newest whole one",
  TIDEBOOK_SEGMENT_MIB: "size of a new segment of the journal",
  HOST: "on which address. Anything but this machine's own is plain HTTP to the world, and is warned of",
  PUBLIC_ORIGIN:
    "where people find it (`https://exchange.example.org`): the relying party of passkeys, the only page that may use a session or `/ws-api/v3` beside the address it is asked by; with `https` browsers are told to come by nothing else. Not set: where it listens",
  TIDEBOOK_DATA_DIR: "everything that is kept",
  TIDEBOOK_OPERATOR_TOKEN:
    "bearer token of `/ops/v1`, at least 16 characters; not set: made at the first start, in `operator-token`",
  TIDEBOOK_SEAL_KEY:
    "32 bytes in hex under which API secrets are sealed; not set: made at the first start, in `seal-key`",
  DATABASE_URL:
    "a Postgres for history (`postgres://user:password@host:5432/database`); not set: PGlite in the data folder. Trading waits for neither",
  TIDEBOOK_WEIGHT_PER_MINUTE:
    "request weight of one address per minute; 0: no limit; not set: 6000, and none for this machine's own addresses",
  TIDEBOOK_REQUESTS_PER_5_MINUTES:
    "requests of one address per five minutes; 0: no limit; not set: 300000, and none for this machine's own addresses",
  TIDEBOOK_CONNECTIONS_PER_5_MINUTES:
    "attempts to open a WebSocket, of one address per five minutes; 0: no limit; not set: 300, and none for this machine's own addresses",
  TIDEBOOK_FORWARDED_HOPS:
    "proxies of ours before it that append to X-Forwarded-For, for limits and lists of addresses of API keys; 0: the connection counts",
  TRUSTED_PROXIES:
    "addresses and ranges of proxies of ours, separated by commas: behind the counted ones, whom they heard is believed",
  TIDEBOOK_WITHDRAWAL_APPROVAL: "who lets a withdrawal go out: `operator`, or `automatic`",
  TIDEBOOK_AUDIT_EVERY_S: "seconds between two audits of the ledger; 0: only when asked for (`POST /ops/v1/audit`)",
  TIDEBOOK_BOTS: "0: the demo's bots do not trade (as `npm start -- --no-bots`)",
  TIDEBOOK_BOTS_RATE: "orders and cancels of the bots a second, on all instruments together, from 1 to 1000",
  TIDEBOOK_BOTS_SEED: "what the bots' chance begins with",
};

export function settingsTable(): string {
  const defaults: Readonly<Record<string, unknown>> = configSchema.parse({});
  return tableOf(
    ["variable", "default", "what it is"],
    Object.entries(SETTING).map(([name, meaning]) => [
      `\`${name}\``,
      defaults[name] === undefined ? "" : `\`${defaults[name]}\``,
      meaning,
    ]),
  );
}

/** Of the separate processes, by who reads them first. */
const PROCESS_SETTING: Readonly<Record<string, string>> = {
  PORT: "where it listens; 0: any free port",
  TIDEBOOK_INTERNAL_PORT: "where our own processes ask it, with probes and metrics",
  HOST: "on which address",
  PUBLIC_ORIGIN:
    "where people find it (`https://exchange.example.org`): the only page that may use a session or `/ws-api/v3` beside the address it is asked by; with `https` browsers are told to come by nothing else",
  TIDEBOOK_ENGINE: "the engine's name: one word for its streams, keys and rows in Redis and Postgres",
  REDIS_URL: "Redis, with the user of this process's role (`redis://user:password@host:6379`, or `rediss://` for TLS)",
  TIDEBOOK_REDIS_CA: "certificate of the authority behind `rediss://`, as PEM text; not set: those that Node knows",
  TIDEBOOK_INTERNAL_TOKEN: "bearer token of calls between our own processes, at least 16 characters",
  TIDEBOOK_FORWARDED_HOPS:
    "proxies of ours before it that append to X-Forwarded-For, for limits and lists of addresses of API keys; 0: the connection counts",
  TRUSTED_PROXIES:
    "addresses and ranges of proxies of ours, separated by commas: behind the counted ones, whom they heard is believed",
  TIDEBOOK_WEIGHT_PER_MINUTE:
    "request weight of one address per minute, over all processes; 0: no limit; not set: 6000",
  TIDEBOOK_REQUESTS_PER_5_MINUTES: "requests of one address per five minutes; 0: no limit; not set: 300000",
  TIDEBOOK_CONNECTIONS_PER_5_MINUTES:
    "attempts to open a WebSocket, of one address per five minutes; 0: no limit; not set: 300",
  TIDEBOOK_ENGINE_URL: "the engine's internal port (`http://engine:8081`); persistence without it pulls nothing",
  TIDEBOOK_STREAM_URL: "the stream's internal port (`http://stream-internal:8081`)",
  TIDEBOOK_HISTORY_URL: "market-data, for trades from before the stream's start; not set: those are never shown",
  DATABASE_URL: "Postgres (`postgres://user:password@host:5432/database`); without it history is answered 503",
  TIDEBOOK_PEOPLE_DATABASE_URL:
    "the same Postgres as the owner of the schema `people` alone; not set: people are kept by `DATABASE_URL`, without either there are none",
  TIDEBOOK_SEAL_KEY: "32 bytes in hex under which API secrets are sealed; the same for all",
  TIDEBOOK_OPERATOR_TOKEN: "bearer token of `/ops/v1`, at least 16 characters",
  TIDEBOOK_DATA_DIR: "the journal's folder, on a disk that stays (in the image `/data`)",
  TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "commands between two snapshots",
  TIDEBOOK_SEGMENT_MIB: "size of a new segment of the journal",
  K_SINK: "a broker: where the engine's events go, and where dead letters are handed over again",
  TIDEBOOK_PUBSUB_TOPIC: "a Pub/Sub topic (`projects/P/topics/T`) for the engine's events, in place of `K_SINK`",
  TIDEBOOK_PUSH_AUDIENCE: "audience of the token that Pub/Sub pushes with; not set: events come from a broker alone",
  TIDEBOOK_PUSH_SERVICE_ACCOUNT: "e-mail of the account that Pub/Sub pushes as; set together with the audience",
  TIDEBOOK_PUSH_ISSUER: "who signs that token",
  TIDEBOOK_PUSH_JWKS_URL: "where the signer's keys are published",
  TIDEBOOK_WITHDRAWAL_APPROVAL: "who lets a withdrawal go out: `operator`, or `automatic`",
  TIDEBOOK_AUDIT_EVERY_S: "seconds between two audits of the ledger; 0: only when asked for (`POST /ops/v1/audit`)",
};

/** @throws when a process reads what has no sentence here, or a sentence has no reader. */
export function processSettingsTable(): string {
  const read = new Set(PROCESSES.flatMap(({ schema }) => Object.keys(schema.shape)));
  const named = Object.keys(PROCESS_SETTING);
  const strangers = [...[...read].filter((name) => !named.includes(name)), ...named.filter((name) => !read.has(name))];
  if (strangers.length > 0)
    throw new Error(`settings without a sentence, or without a reader: ${strangers.join(", ")}`);
  return tableOf(
    ["variable", "read by (**must** have it)", "default", "what it is"],
    Object.entries(PROCESS_SETTING).map(([name, meaning]) => [
      `\`${name}\``,
      readersOf(name),
      defaultsOf(name),
      meaning,
    ]),
  );
}

function readersOf(name: string): string {
  const readers = PROCESSES.filter(({ schema }) => name in schema.shape);
  const words = readers.map((each) => (isRequired(each, name) ? `**${each.name}**` : each.name));
  return readers.length === PROCESSES.length && readers.every((each) => !isRequired(each, name))
    ? "all"
    : words.join(", ");
}

function isRequired({ schema }: ProcessSettings, name: string): boolean {
  return schema.shape[name] !== undefined && !z.safeParse(schema.shape[name], undefined).success;
}

function defaultsOf(name: string): string {
  const defaults = PROCESSES.filter(({ schema }) => name in schema.shape).map(({ schema }) => {
    const parsed = z.safeParse(schema.shape[name] as z.ZodType, undefined);
    return parsed.success && parsed.data !== undefined ? `\`${parsed.data}\`` : "";
  });
  return [...new Set(defaults)].filter((text) => text !== "").join(", ");
}

export function operatorCommandsTable(): string {
  return tableOf(
    ["npm run ops -- …", "does"],
    OPERATOR_COMMANDS.map(({ words, positionals, options, help }) => {
      const required = options
        .filter((option) => option.required)
        .map(({ name, value }) => (value === null ? `--${name}` : `--${name} ${value}`));
      // A bar would end the cell.
      return [`\`${[words, ...positionals, ...required].join(" ").replaceAll("|", "\\|")}\``, help];
    }),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [lineOf(head), lineOf(head.map(() => "---")), ...rows.map(lineOf)].join("\n");
}
