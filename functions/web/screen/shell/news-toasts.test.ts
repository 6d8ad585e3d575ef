/** What bursts of an account's news are told as. */
import { expect, test } from "vitest";
import type { AccountNews, Fill, Order } from "../exchange/contract.ts";
import { toastsOf } from "./news-toasts.ts";

const ORDER: Order = {
  ...{
    symbol: "BTCUSDT",
    orderId: 1,
    orderListId: -1,
    clientOrderId: "a",
    price: "100.00000000",
    origQty: "3.00000000",
  },
  ...{ executedQty: "0.00000000", cummulativeQuoteQty: "0.00000000", status: "NEW", timeInForce: "GTC", type: "LIMIT" },
  ...{ side: "BUY", stopPrice: "0.00000000", icebergQty: "0.00000000", trailingDelta: 0, isWorking: true },
  ...{ time: 1, updateTime: 1 },
};
const FILL: Fill = {
  ...{ symbol: "BTCUSDT", tradeId: 1, orderId: 1, price: "99.00000000", quantity: "1.00000000", quoteQuantity: "99.0" },
  ...{ commission: "0", commissionAsset: "BTC", time: 1, side: "BUY", isMaker: false },
};
const filled = (executedQty: string, cummulativeQuoteQty: string, isWhole: boolean): AccountNews => ({
  kind: isWhole ? "order_filled" : "order_partly_filled",
  order: { ...ORDER, executedQty, cummulativeQuoteQty },
  fill: FILL,
});
const told = (news: readonly AccountNews[]) => toastsOf(news, () => 2);

test("an order that is accepted and takes many levels at once is one toast: what it got, at its average", () => {
  const levels = [filled("1.00000000", "99.0", false), filled("2.00000000", "198.0", false)];
  const accepted: AccountNews = { kind: "order_accepted", order: ORDER };
  expect([told([accepted, ...levels, filled("3.00000000", "300.00", true)]), told([accepted, ...levels])]).toEqual([
    [{ kind: "done", title: "Order filled", detail: "Buy 3 BTCUSDT at 100.00", about: "order BTCUSDT 1" }],
    [{ kind: "done", title: "Order partly filled", detail: "Buy 2 of 3 BTCUSDT at 99.00", about: "order BTCUSDT 1" }],
  ]);
});

test("orders that end together are counted from the fourth on, and named before", () => {
  const canceled = (orderId: number, symbol = "BTCUSDT"): AccountNews => ({
    kind: "order_canceled",
    order: { ...ORDER, orderId, symbol },
  });
  const three = [canceled(1), canceled(2), canceled(1, "ETHUSDT")];
  expect([told(three).map(({ about }) => about), told([...three, canceled(3)])]).toEqual([
    ["order BTCUSDT 1", "order BTCUSDT 2", "order ETHUSDT 1"],
    [{ kind: "done", title: "4 orders cancelled", detail: "BTCUSDT, ETHUSDT" }],
  ]);
});

test("funds of several assets are one toast for what came and one for what went", () => {
  const changed = (asset: string, delta: string): AccountNews => ({ kind: "balance_changed", asset, delta });
  expect(
    told([changed("USDT", "100000.00000000"), changed("BTC", "1.50000000"), changed("ETH", "-2.00000000")]),
  ).toEqual([
    { kind: "news", title: "Funds came in", detail: "+100000 USDT, +1.5 BTC" },
    { kind: "news", title: "Funds went out", detail: "-2 ETH" },
  ]);
});
