/** What the reference says of an account: what it sees of itself, its keys, its money. */
import { LIST_LIMITS } from "../lists.ts";
import type { HandlerName } from "../routes.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { EMPTY, list, ref } from "./json-schema.ts";

const group = "Account";
const KEYS = "API keys";
const MONEY = "Money in and out";
const HISTORY_LIMITS = { default: 1_000, max: 1_000 };
const A_DAY = "Times lie at most 24 hours apart (-1127).";

export const ACCOUNT_ENDPOINTS: Readonly<Record<HandlerName<"account">, EndpointEntry>> = {
  account: {
    group,
    title: "Balances and rates",
    says: "Rates are per symbol here: the highest of each is shown, so that whoever reckons with it never pays more (ours).",
    answer: ref("Account"),
  },
  allOrders: {
    group,
    title: "All orders of a symbol",
    says: `By id; times mean the taking in. With \`orderId\` times are ignored (ours). ${A_DAY}`,
    notes: { orderId: "From this order on" },
    limit: LIST_LIMITS,
    answer: list(ref("Order"), "By id"),
  },
  myTrades: {
    group,
    title: "Own trades of a symbol",
    says: `By id. Times go with neither id (-1128). ${A_DAY}`,
    notes: { orderId: "Only of this order" },
    limit: LIST_LIMITS,
    answer: list(ref("OwnTrade"), "By id"),
  },
  commission: { group, title: "Rates of a symbol", says: "No taxes, no discount.", answer: ref("Commission") },
  orderCounts: {
    group,
    title: "How many orders are left",
    says: "One row per window that has a limit (ours: none where no limit is on). An order counts when it is taken in; its first trade gives back 1 as taker and 5 as maker, never below 0.",
    answer: list(ref("CountedLimit"), "By window"),
  },
  preventedMatches: {
    group,
    title: "Self-trades that did not happen",
    says: "One by its id, or those of an order. One of `preventedMatchId` and `orderId` must be sent, and they do not go together (-1128).",
    notes: { orderId: "Those of this order" },
    limit: LIST_LIMITS,
    answer: list(ref("PreventedMatch"), "By id"),
  },
  allocations: {
    group,
    title: "Allocations",
    says: "Of routed orders: there are none.",
    answer: list({}, "Always empty"),
  },
  ownFilters: { group, title: "Filters that apply", says: "The exchange's and the symbol's.", answer: ref("Filters") },
  openListenKey: {
    group: "Listen keys",
    title: "Get a listen key",
    says: "For clients of before: needs the key, no signature. The one that is active is answered again and lives 60 minutes more. Connect by `/ws/<listenKey>` or `/stream?streams=<listenKey>`: events come bare, without a subscription id.",
    answer: ref("ListenKey"),
  },
  extendListenKey: {
    group: "Listen keys",
    title: "Keep it",
    says: "For 60 minutes more. No key of yours: -1125.",
    answer: EMPTY,
  },
  closeListenKey: { group: "Listen keys", title: "End it", says: "No key of yours: -1125.", answer: EMPTY },
  tradeFees: {
    group,
    title: "Rates",
    says: "Of one symbol, or of all.",
    notes: { symbol: "Only of this instrument" },
    answer: list(ref("TradeFee"), "By symbol"),
  },
  coins: {
    group,
    title: "Assets",
    says: "One row per asset, with what the account has of it, and one network named as the asset (ours).",
    answer: list(ref("Coin"), "By asset"),
  },
};

/** What an account does with its own keys. */
export const OWN_KEY_ENDPOINTS = {
  listOwnKeys: {
    group: KEYS,
    title: "Own keys",
    says: "Ours. Revoked ones included.",
    answer: list(ref("ApiKey"), "Keys"),
  },
  addOwnKey: {
    group: KEYS,
    title: "Make a key",
    says: "Ours. Needs a key that may withdraw. The new one can do no more than the one that makes it, from no further addresses, for no longer. An HMAC secret is shown in this one answer; of the other kinds only the public half is ever sent.",
    answer: ref("NewApiKey"),
  },
  revokeOwnKey: {
    group: KEYS,
    title: "End a key",
    says: "Ours. A key may end itself; to end others it must be one that may withdraw (else 401 -1002).",
    answer: ref("ApiKey"),
  },
} as const satisfies Record<string, EndpointEntry>;

/** What an account does with its money. */
export const OWN_MONEY_ENDPOINTS = {
  applyWithdrawal: {
    group: MONEY,
    title: "Withdraw",
    says: "The amount is held at once. `withdrawOrderId` again is the same withdrawal. Too little free: -4026; the account may not: -4015; withdrawals are frozen: -4019; no such asset: -4018.",
    answer: ref("WithdrawalTaken"),
  },
  withdrawalHistory: {
    group: MONEY,
    title: "Withdrawals",
    says: "Newest first.",
    limit: HISTORY_LIMITS,
    notes: { coin: "Only of this asset", withdrawOrderId: "The one with this id of yours" },
    answer: list(ref("Withdrawal"), "Newest first"),
  },
  depositHistory: {
    group: MONEY,
    title: "Deposits",
    says: "Newest first; all are credited.",
    limit: HISTORY_LIMITS,
    notes: { coin: "Only of this asset", status: "1: credited; of any other there are none" },
    answer: list(ref("Deposit"), "Newest first"),
  },
  depositAddress: {
    group: MONEY,
    title: "Address for deposits",
    says: "Given out by whoever receives deposits, not by the exchange: 400 -1020.",
    answer: null,
  },
  statement: {
    group: MONEY,
    title: "Statement",
    says: "Ours. Every change of a balance, oldest first; `opening` and all changes are `closing`. Go on with `fromId`.",
    limit: LIST_LIMITS,
    notes: { fromId: "From this entry on" },
    answer: ref("Statement"),
  },
} as const satisfies Record<string, EndpointEntry>;
