/**
 * Scenario text in: one line is one command, in the words of a trading floor.
 *
 *   m1 sell 10 @ 101                     limit gtc; words after it: ioc, fok, post, a self-trade mode, as <id>, key <name>,
 *                                        iceberg <lots>, stop|take [<price>], trail <bips>, strategy <id> <type>
 *   t1 buy 5 at market                   t1 buy for 500 at market
 *   t1 cancel <id> | #<order id> [<id>]  words: only_new, only_partially_filled        t1 cancel all
 *   t1 amend <id> to 5 [as <id>]         t1 replace <id> or_place? : sell 5 @ 102
 *   t1 oco|oto|otoco <list id> : sell 5 stop 90 / sell 5 @ 110 post      t1 cancel_list <list id> | #<number> [<list id>]
 *   operator …                           see OPERATOR below; raw {json} for what has no words
 *
 * A prefix `late` sets a deadline that has passed, `far <µs>` one that far ahead, `by trade` / `by ops` another door. `again` delivers the last command
 * again, `wait <µs>` lets time pass. Order ids default to the trader's name, then name.2, name.3 …
 */
import { DEFAULT_RULES, NO_LIMITS, RATE_ONE_E8 } from "../domain/instrument.ts";
import {
  CANCEL_RESTRICTIONS,
  type CancelRestriction,
  type OrderConditions,
  type OrderType,
  SELF_TRADE_MODES,
  type SelfTradeMode,
} from "../domain/order.ts";
import type { EngineCommand, ListLeg, NewOrder, OrderTarget } from "../protocol/commands.ts";

/** What the text's names stand for. */
export interface Names {
  /** Opens the account on first mention. */
  accountOf(name: string): number;
  /** 0: no key. */
  keyOf(name: string): number;
  /** A client order id for a trader's next order. */
  nextOrderName(trader: string): string;
}

export const SYMBOL = "TIDEUSD";
const INSTRUMENT = 0;

export function parseCommand(words: readonly string[], names: Names): EngineCommand {
  const [who, verb, ...rest] = words as [string, string, ...string[]];
  if (who === "raw") return JSON.parse(words.slice(1).join(" "), reviveBigint) as EngineCommand;
  if (who === "operator") return parseOperator(verb, rest, names);
  const account = names.accountOf(who);
  const keyId = names.keyOf(wordAfter(rest, "key") ?? "");
  const credential = { account, keyId, instrument: INSTRUMENT };
  switch (verb) {
    case "buy":
    case "sell":
      return { type: "place_order", ...credential, ...parseOrder(who, verb, rest, names) };
    case "cancel":
      if (rest[0] === "all") return { type: "cancel_all", ...credential, cancelClientOrderId: "x" };
      return {
        type: "cancel_order",
        ...credential,
        ...parseTarget(rest),
        cancelClientOrderId: "x",
        restriction: restrictionIn(rest),
      };
    case "amend": {
      const quantityLots = Number(wordAfter(rest, "to"));
      const newClientOrderId = wordAfter(rest, "as") ?? "";
      return { type: "amend_order", ...credential, ...parseTarget(rest), quantityLots, newClientOrderId };
    }
    case "replace": {
      const colon = rest.indexOf(":");
      const [cancel, place] = [rest.slice(0, colon), rest.slice(colon + 1)];
      return {
        type: "cancel_replace",
        ...credential,
        ...parseOrder(who, place[0] as "buy" | "sell", place.slice(1), names),
        mode: cancel.includes("or_place") ? "allow_failure" : "stop_on_failure",
        cancelTarget: parseTarget(cancel),
        cancelClientOrderId: "x",
        restriction: restrictionIn(cancel),
        ...(cancel.includes("or_cancel_only") ? { whenCountUsedUp: "cancel_only" } : {}),
      };
    }
    case "oco":
    case "oto":
    case "otoco": {
      const legs = legsIn(rest.slice(2)).map(([side, ...order]) =>
        legOf(parseOrder(who, side as "buy" | "sell", order, names)),
      );
      return { type: "place_order_list", ...credential, contingency: verb, listClientOrderId: rest[0]!, legs };
    }
    case "cancel_list": {
      const { orderId: orderListId, origClientOrderId: listClientOrderId } = parseTarget(rest);
      return {
        type: "cancel_order_list",
        ...credential,
        orderListId,
        listClientOrderId,
        cancelClientOrderId: "x",
      };
    }
    default:
      throw new Error(`no such verb: ${words.join(" ")}`);
  }
}

function reviveBigint(_key: string, value: unknown): unknown {
  return typeof value === "string" && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
}

function wordAfter(words: readonly string[], word: string): string | undefined {
  const at = words.indexOf(word);
  return at < 0 ? undefined : words[at + 1];
}

/** `<id>`, `#<order id>` or `#<order id> <id>`, at the start. */
function parseTarget(words: readonly string[]): OrderTarget {
  const [first, second] = words as [string, string | undefined];
  if (!first.startsWith("#")) return { orderId: 0, origClientOrderId: first };
  const isPlain =
    second === undefined ||
    ["to", "only_new", "only_partially_filled", "or_place", "or_cancel_only", "key"].includes(second);
  return { orderId: Number(first.slice(1)), origClientOrderId: isPlain ? "" : second };
}

function restrictionIn(words: readonly string[]): CancelRestriction {
  return CANCEL_RESTRICTIONS.find((restriction) => words.includes(restriction)) ?? "none";
}

function parseOrder(trader: string, side: "buy" | "sell", words: readonly string[], names: Names): NewOrder {
  const isByQuote = words[0] === "for";
  const conditions = conditionsIn(words);
  return {
    instrument: INSTRUMENT,
    side,
    orderType: typeIn(words),
    timeInForce: words.includes("ioc") ? "ioc" : words.includes("fok") ? "fok" : "gtc",
    selfTradeMode: SELF_TRADE_MODES.find((mode: SelfTradeMode) => words.includes(mode)) ?? null,
    priceTicks: Number(wordAfter(words, "@") ?? 0),
    quantityLots: isByQuote ? 0 : Number(words[0]),
    quoteAtoms: isByQuote ? BigInt(words[1]!) : 0n,
    clientOrderId: wordAfter(words, "as") ?? names.nextOrderName(trader),
    ...(conditions === null ? {} : { conditions }),
  };
}

function typeIn(words: readonly string[]): OrderType {
  const isPriced = words.includes("@");
  if (words.includes("stop")) return isPriced ? "stop_loss_limit" : "stop_loss";
  if (words.includes("take")) return isPriced ? "take_profit_limit" : "take_profit";
  if (words.includes("market")) return "market";
  return words.includes("post") ? "limit_maker" : "limit";
}

/** null when none is named. A stop without a number is one that only trails. */
function conditionsIn(words: readonly string[]): OrderConditions | null {
  if (!["stop", "take", "trail", "iceberg", "strategy"].some((word) => words.includes(word))) return null;
  const stop = Number(wordAfter(words, "stop") ?? wordAfter(words, "take"));
  const strategyAt = words.indexOf("strategy");
  return {
    stopTicks: Number.isNaN(stop) ? 0 : stop,
    trailingDeltaBips: Number(wordAfter(words, "trail") ?? 0),
    icebergLots: Number(wordAfter(words, "iceberg") ?? 0),
    strategyId: strategyAt < 0 ? 0 : Number(words[strategyAt + 1]),
    strategyType: strategyAt < 0 ? 0 : Number(words[strategyAt + 2]),
  };
}

/** The words between slashes. */
function legsIn(words: readonly string[]): string[][] {
  const legs: string[][] = [[]];
  for (const word of words) {
    if (word === "/") legs.push([]);
    else legs.at(-1)!.push(word);
  }
  return legs;
}

function legOf({ instrument: _, quoteAtoms: __, ...leg }: NewOrder): ListLeg {
  return leg;
}

/**
 * OPERATOR: status <status> · fees <maker %> <taker %> · cancel_all <who> · set <who> [no_trade] [no_withdraw] ·
 * key <name> for <who> [read_only] [expires <µs>] · revoke <name> · deposit|hold <who> <atoms> <asset> <reference> ·
 * settle|release <reference> · open <name> · rules {json} over DEFAULT_RULES · limits {json} over NO_LIMITS · freeze|thaw <reason>
 */
function parseOperator(verb: string, words: readonly string[], names: Names): EngineCommand {
  const [first, second, third, fourth] = words as [string, string, string, string];
  switch (verb) {
    case "status":
      return { type: "set_instrument_status", symbol: SYMBOL, status: first as "trading" };
    case "fees":
      return {
        type: "set_instrument_fees",
        symbol: SYMBOL,
        makerFeeE8: (Number(first) * RATE_ONE_E8) / 100,
        takerFeeE8: (Number(second) * RATE_ONE_E8) / 100,
      };
    case "cancel_all":
      return { type: "operator_cancel_all", account: names.accountOf(first), instrument: INSTRUMENT };
    case "set": {
      const [canTrade, canWithdraw] = [!words.includes("no_trade"), !words.includes("no_withdraw")];
      return { type: "set_account", account: names.accountOf(first), canTrade, canWithdraw };
    }
    case "key":
      return {
        type: "register_key",
        account: names.accountOf(third),
        apiKey: first,
        kind: "hmac_sha256",
        material: "sealed",
        permissions: words.includes("read_only") ? ["read"] : ["read", "trade"],
        ipAllowList: [],
        expiresUs: Number(wordAfter(words, "expires") ?? 0),
        label: "",
      };
    case "revoke":
      return { type: "revoke_key", apiKey: first };
    case "deposit":
    case "hold": {
      const type = verb === "deposit" ? "deposit" : "hold_withdrawal";
      return { type, account: names.accountOf(first), atoms: BigInt(second), asset: third, reference: fourth };
    }
    case "settle":
      return { type: "settle_withdrawal", reference: first };
    case "release":
      return { type: "release_withdrawal", reference: first };
    case "rules":
      return { type: "set_instrument_rules", symbol: SYMBOL, rules: { ...DEFAULT_RULES, ...JSON.parse(first) } };
    case "limits":
      return { type: "set_exchange_limits", limits: { ...NO_LIMITS, ...JSON.parse(first) } };
    case "freeze":
    case "thaw":
      return { type: "freeze_withdrawals", frozen: verb === "freeze", reason: first };
    case "open":
      return { type: "open_account", name: first };
    default:
      throw new Error(`no such operator's verb: ${verb}`);
  }
}
