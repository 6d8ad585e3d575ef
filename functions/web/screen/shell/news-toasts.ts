/**
 * What a burst of account's news says: one toast an order, with where it stands now, however many levels it took; one for many
 * orders that went the same way; one for funds, however many assets. Pure.
 */
import type { AccountNews, Order } from "../exchange/contract.ts";
import { averageOf, drawn, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { Toast } from "./toasts.ts";

/** Orders that go the same way at once: more are counted, not named. */
const NAMED_MAX = 3;

type Said = Omit<Toast, "id">;
type OrderNews = Exclude<AccountNews, { readonly kind: "balance_changed" }>;
type BalanceNews = Extract<AccountNews, { readonly kind: "balance_changed" }>;

/** @param pricePlacesOf of a symbol. */
export function toastsOf(news: readonly AccountNews[], pricePlacesOf: (symbol: string) => number): readonly Said[] {
  const orders = new Map<string, OrderNews>();
  const balances: BalanceNews[] = [];
  for (const each of news) {
    if (each.kind === "balance_changed") balances.push(each);
    else orders.set(aboutOf(each.order), each);
  }
  const latest = [...orders.values()];
  const sorts = [...new Set(latest.map(({ kind }) => kind))].map((kind) => latest.filter((each) => each.kind === kind));
  return [
    ...sorts.flatMap((same) =>
      same.length > NAMED_MAX ? [manyOf(same)] : same.map((each) => orderToast(each, pricePlacesOf(each.order.symbol))),
    ),
    ...fundsToasts(balances),
  ];
}

/** Ids count by instrument. */
function aboutOf({ symbol, orderId }: Order): string {
  return `order ${symbol} ${orderId}`;
}

function orderToast({ kind, order }: OrderNews, pricePlaces: number): Said {
  return {
    kind: kindOf(kind),
    title: words().shell.news[kind],
    detail: detailOf(kind, order, pricePlaces),
    about: aboutOf(order),
  };
}

function kindOf(kind: OrderNews["kind"]): Toast["kind"] {
  return kind === "order_expired" ? "news" : "done";
}

/** What was traded so far and at what average; else what was asked for. */
function detailOf(kind: OrderNews["kind"], order: Order, pricePlaces: number): string {
  const texts = words().shell.news;
  const isFill = kind === "order_filled" || kind === "order_partly_filled";
  const all = trimmed(order.origQty);
  const quantity =
    kind === "order_filled" ? trimmed(order.executedQty) : isFill ? texts.partOf(trimmed(order.executedQty), all) : all;
  const price = isFill ? (averageOf(order.cummulativeQuoteQty, order.executedQty) ?? order.price) : order.price;
  return texts.order(order.side, quantity, order.symbol, /[1-9]/.test(price) ? drawn(price, pricePlaces) : "");
}

function manyOf(same: readonly OrderNews[]): Said {
  const kind = same[0]?.kind ?? "order_accepted";
  const symbols = [...new Set(same.map(({ order }) => order.symbol))].toSorted();
  return { kind: kindOf(kind), title: words().shell.news.many[kind](same.length), detail: symbols.join(", ") };
}

function fundsToasts(balances: readonly BalanceNews[]): readonly Said[] {
  const { balanceGrew, balanceShrank } = words().shell.news;
  const isLess = ({ delta }: BalanceNews): boolean => delta.startsWith("-");
  const said = (title: string, some: readonly BalanceNews[]): readonly Said[] =>
    some.length === 0 ? [] : [{ kind: "news", title, detail: some.map(amountText).join(", ") }];
  return [
    ...said(
      balanceGrew,
      balances.filter((each) => !isLess(each)),
    ),
    ...said(balanceShrank, balances.filter(isLess)),
  ];
}

function amountText({ asset, delta }: BalanceNews): string {
  return `${delta.startsWith("-") ? "" : "+"}${trimmed(delta)} ${asset}`;
}
