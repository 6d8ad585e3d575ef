/** What each command is answered, through a whole engine: command by command, as text. */
import { expect, test } from "vitest";
import type { TradeCommand } from "../protocol/commands.ts";
import type { FillView, ListCanceled, OrderView, Reply } from "../protocol/views.ts";
import {
  amend,
  cancel,
  cancelAll,
  newExchange,
  openExchange,
  place,
  type RunningExchange,
  replace,
} from "../sim/small-exchange.ts";

function orderText(order: OrderView): string {
  const { clientOrderId, side, executedLots, quantityLots, priceTicks, cumulativeQuoteAtoms, expiryReason } = order;
  const why = expiryReason === "none" ? "" : ` (${expiryReason}, prevented ${order.preventedLots})`;
  return `${clientOrderId} ${side} ${executedLots}/${quantityLots} @ ${priceTicks} for ${cumulativeQuoteAtoms} ${order.status}${why}`;
}

function fillText({ tradeId, quantityLots, priceTicks, commissionAtoms, commissionAsset, isMaker }: FillView): string {
  return `  t${tradeId} ${quantityLots} @ ${priceTicks} fee ${commissionAtoms} of A${commissionAsset}${isMaker ? " as maker" : ""}`;
}

function listText({ list, orders }: ListCanceled): string {
  const { listClientOrderId, contingency, status } = list;
  return [`${listClientOrderId} ${contingency} ${status}`, ...orders.map((order) => `  ${orderText(order)}`)].join(
    "\n",
  );
}

function replyText(reply: Reply): string {
  switch (reply.outcome) {
    case "rejected":
      return `rejected ${reply.reason}`;
    case "placed":
      return [`placed ${orderText(reply.order)}`, ...reply.fills.map(fillText)].join("\n");
    case "canceled":
      return `canceled by ${reply.cancelClientOrderId}: ${orderText(reply.order)}`;
    case "canceled_all":
      return [`canceled all by ${reply.cancelClientOrderId}:`, ...reply.orders.map((o) => `  ${orderText(o)}`)].join(
        "\n",
      );
    case "replaced":
      return `replaced: ${replyText(reply.canceled)}; ${reply.placed === null ? "not placed" : replyText(reply.placed)}`;
    case "amended":
      return `amended ${reply.origClientOrderId}: ${orderText(reply.order)}`;
    case "list_placed":
      return [`list placed ${listText(reply)}`, ...reply.fills.map(fillText)].join("\n");
    case "canceled_list":
      return `canceled list by ${reply.cancelClientOrderId}: ${listText(reply)}`;
    case "done":
      return "done";
  }
}

async function answers(exchange: RunningExchange, ...commands: TradeCommand[]): Promise<string> {
  const replies = await Promise.all(commands.map((command) => exchange.send(command)));
  return replies.map(replyText).join("\n");
}

const sell = (name: string, quantityLots: number, priceTicks: number, more: object = {}) =>
  place(1, { side: "sell", quantityLots, priceTicks, clientOrderId: name, ...more });
const buy = (name: string, quantityLots: number, priceTicks: number, more: object = {}) =>
  place(2, { side: "buy", quantityLots, priceTicks, clientOrderId: name, ...more });

test("a placed order is answered as it was right after its command, with its own fills alone", async () => {
  const exchange = await newExchange();
  // All in one frame: what comes later in it does not show in earlier answers.
  expect(
    await answers(
      exchange,
      sell("a", 1000, 10),
      sell("b", 2000, 11),
      buy("c", 1500, 11),
      buy("d", 9000, 11, { timeInForce: "ioc" }),
      buy("e", 1, 20, { timeInForce: "fok" }),
      sell("f", 3, 30),
      buy("g", 2, 0, { orderType: "market" }),
      buy("h", 0, 0, { orderType: "market", quoteAtoms: 31n }),
      buy("i", 5, 0, { orderType: "market" }),
    ),
  ).toBe(
    [
      "placed a sell 0/1000 @ 10 for 0 new",
      "placed b sell 0/2000 @ 11 for 0 new",
      "placed c buy 1500/1500 @ 11 for 15500 filled",
      "  t1 1000 @ 10 fee 1 of A0",
      "  t2 500 @ 11 fee 1 of A0",
      "placed d buy 1500/9000 @ 11 for 16500 expired (ioc_unfilled, prevented 0)",
      "  t3 1500 @ 11 fee 2 of A0",
      "placed e buy 0/1 @ 20 for 0 expired (fok_unfilled, prevented 0)",
      "placed f sell 0/3 @ 30 for 0 new",
      "placed g buy 2/2 @ 0 for 60 filled",
      "  t4 2 @ 30 fee 1 of A0",
      "placed h buy 1/1 @ 0 for 30 filled",
      "  t5 1 @ 30 fee 1 of A0",
      "rejected no_liquidity",
    ].join("\n"),
  );
});

test("a taker that meets itself is answered with what its self-trade mode did", async () => {
  const exchange = await newExchange();
  const own = (name: string, mode: string) => sell(name, 5, 10, { side: "buy", selfTradeMode: mode });
  expect(
    await answers(exchange, sell("a", 3, 10), own("b", "expire_taker"), own("c", "expire_maker"), cancel(1, "c")),
  ).toBe(
    [
      "placed a sell 0/3 @ 10 for 0 new",
      "placed b buy 0/5 @ 10 for 0 expired_in_match (self_trade, prevented 5)",
      "placed c buy 0/5 @ 10 for 0 new",
      "canceled by x: c buy 0/5 @ 10 for 0 canceled",
    ].join("\n"),
  );
});

test("a cancel is answered with the order as it ended; all at once, oldest first", async () => {
  const exchange = await newExchange();
  expect(
    await answers(
      exchange,
      sell("a", 10, 10),
      buy("b", 4, 10),
      cancel(1, "a", "why"),
      cancel(1, "a"),
      cancelAll(1),
      sell("c", 1, 12),
      sell("d", 2, 11),
      cancelAll(1),
    ),
  ).toBe(
    [
      "placed a sell 0/10 @ 10 for 0 new",
      "placed b buy 4/4 @ 10 for 40 filled",
      "  t1 4 @ 10 fee 1 of A0",
      "canceled by why: a sell 4/10 @ 10 for 40 canceled",
      "rejected order_not_found",
      "rejected order_not_found",
      "placed c sell 0/1 @ 12 for 0 new",
      "placed d sell 0/2 @ 11 for 0 new",
      "canceled all by all:",
      "  c sell 0/1 @ 12 for 0 canceled",
      "  d sell 0/2 @ 11 for 0 canceled",
    ].join("\n"),
  );
});

test("an amend is answered with the client id that it found, be it kept or changed", async () => {
  const exchange = await newExchange();
  expect(
    await answers(
      exchange,
      sell("a", 10, 10),
      buy("b", 4, 10),
      amend(1, "a", 8),
      amend(1, "a", 7, "z"),
      amend(1, "z", 7),
      amend(1, "z", 4),
      amend(1, "a", 5),
    ),
  ).toBe(
    [
      "placed a sell 0/10 @ 10 for 0 new",
      "placed b buy 4/4 @ 10 for 40 filled",
      "  t1 4 @ 10 fee 1 of A0",
      "amended a: a sell 4/8 @ 10 for 40 partially_filled",
      "amended a: z sell 4/7 @ 10 for 40 partially_filled",
      "rejected quantity_not_reduced",
      "rejected quantity_already_executed",
      "rejected order_not_found",
    ].join("\n"),
  );
});

test("a cancel-replace is answered half by half, whichever of them was refused", async () => {
  const exchange = await newExchange();
  const good = { side: "sell", quantityLots: 2, priceTicks: 12 } as const;
  const poor = { ...good, quantityLots: 1_000_001 };
  const bad = { ...good, priceTicks: 0 };
  expect(
    await answers(
      exchange,
      sell("a", 1, 10),
      buy("bid", 1, 9),
      replace(1, "a", "stop_on_failure", { ...good, clientOrderId: "b" }),
      replace(1, "b", "stop_on_failure", { ...poor, clientOrderId: "c" }),
      replace(1, "none", "stop_on_failure", { ...good, clientOrderId: "d" }),
      replace(1, "none", "allow_failure", { ...good, clientOrderId: "e" }),
      replace(1, "none", "allow_failure", { ...poor, clientOrderId: "f" }),
      replace(1, "e", "allow_failure", { ...bad, clientOrderId: "g" }),
      replace(1, "e", "allow_failure", { ...good, priceTicks: 9, clientOrderId: "h" }),
    ),
  ).toBe(
    [
      "placed a sell 0/1 @ 10 for 0 new",
      "placed bid buy 0/1 @ 9 for 0 new",
      "replaced: canceled by x: a sell 0/1 @ 10 for 0 canceled; placed b sell 0/2 @ 12 for 0 new",
      "replaced: canceled by x: b sell 0/2 @ 12 for 0 canceled; rejected balance_too_low",
      "replaced: rejected order_not_found; not placed",
      "replaced: rejected order_not_found; placed e sell 0/2 @ 12 for 0 new",
      "replaced: rejected order_not_found; rejected balance_too_low",
      "rejected price_outside_filter",
      "replaced: canceled by x: e sell 0/2 @ 12 for 0 canceled; placed h sell 1/2 @ 9 for 9 partially_filled",
      "  t1 1 @ 9 fee 1 of A1",
    ].join("\n"),
  );
});

test("an operator is answered with what the command made", async () => {
  const exchange = await openExchange();
  const key = { type: "register_key", account: 1, apiKey: "k", kind: "hmac_sha256", material: "m" } as const;
  const asset = { id: 0, name: "BTC", decimals: 8 };
  const account = { id: 1, name: "ann", canTrade: true, canWithdraw: true };
  const timeUs = exchange.clock.nowUs;
  expect([
    await exchange.operate({ type: "add_asset", name: "BTC", decimals: 8 }),
    await exchange.operate({ type: "add_asset", name: "BTC", decimals: 8 }),
    await exchange.operate({ type: "open_account", name: "ann" }),
    await exchange.operate({ ...key, permissions: ["read"], ipAllowList: [], expiresUs: 0, label: "" }),
    await exchange.operate({ type: "deposit", account: 1, asset: "BTC", atoms: 5n, reference: "r" }),
    await exchange.operate({ type: "set_account", account: 1, canTrade: false, canWithdraw: true }),
  ]).toEqual([
    { outcome: "done", asset, seq: 1, timeUs },
    { outcome: "rejected", reason: "asset_exists", seq: 2, timeUs },
    { outcome: "done", account, seq: 3, timeUs },
    { outcome: "done", key: exchange.engine.keyByApiKey("k"), seq: 4, timeUs },
    { outcome: "done", seq: 6, timeUs },
    { outcome: "done", account: { ...account, canTrade: false }, seq: 7, timeUs },
  ]);
});
