/** Closed orders and own trades, as the exchange keeps them: newest first, older ones page by page, over one market or all. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import type { Account, Fill, Order } from "../exchange/contract.ts";

const PAGE = 200;
/** News come in bursts: one question for all of them. */
const SETTLE_MS = 300;

export interface AccountHistory<Row> {
  readonly rows: Accessor<readonly Row[]>;
  readonly state: Accessor<"loading" | "ready" | "failed">;
  readonly hasOlder: Accessor<boolean>;
  readonly loadOlder: () => void;
  readonly reload: () => void;
}

interface Kind<Row> {
  readonly method: string;
  readonly rowsOf: (answer: unknown) => readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly timeOf: (row: Row) => number;
}

const ORDERS: Kind<Order> = {
  method: "allOrders",
  rowsOf: (answer) => answer as readonly Order[],
  idOf: (order) => `${order.symbol}:${order.orderId}`,
  timeOf: (order) => order.time,
};

interface WireTrade {
  readonly symbol: string;
  readonly id: number;
  readonly orderId: number;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly time: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
}

const TRADES: Kind<Fill> = {
  method: "myTrades",
  rowsOf: (answer) =>
    (answer as readonly WireTrade[]).map(({ id, qty, quoteQty, isBuyer, ...rest }) => ({
      ...rest,
      tradeId: id,
      quantity: qty,
      quoteQuantity: quoteQty,
      side: isBuyer ? "BUY" : "SELL",
    })),
  idOf: (fill) => `${fill.symbol}:${fill.tradeId}`,
  timeOf: (fill) => fill.time,
};

export const orderHistory = (account: Account, symbols: Accessor<readonly string[]>): AccountHistory<Order> =>
  accountHistory(account, symbols, ORDERS);
export const tradeHistory = (account: Account, symbols: Accessor<readonly string[]>): AccountHistory<Fill> =>
  accountHistory(account, symbols, TRADES);

/** In an owner: asked anew when the symbols change and when the account's news say that there is more. */
function accountHistory<Row>(
  account: Account,
  symbols: Accessor<readonly string[]>,
  kind: Kind<Row>,
): AccountHistory<Row> {
  const [rows, setRows] = createSignal<readonly Row[]>([]);
  const [state, setState] = createSignal<"loading" | "ready" | "failed">("loading");
  const [hasOlder, setHasOlder] = createSignal(false);
  let asked = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;

  /** @param endTime undefined: the newest. */
  const load = async (endTime?: number): Promise<void> => {
    asked += 1;
    const mine = asked;
    const until = endTime === undefined ? {} : { endTime };
    const answers = await Promise.all(
      symbols().map((symbol) => account.request(kind.method, { symbol, limit: PAGE, ...until })),
    );
    // Asked again meanwhile, of other symbols perhaps.
    if (mine !== asked) return;
    if (answers.some(({ outcome }) => outcome !== "ok")) return void setState("failed");
    const pages = answers.map((answer) => (answer.outcome === "ok" ? kind.rowsOf(answer.value) : []));
    const known = new Map((endTime === undefined ? [] : rows()).map((row) => [kind.idOf(row), row]));
    const before = known.size;
    for (const row of pages.flat()) known.set(kind.idOf(row), row);
    setRows([...known.values()].sort((a, b) => kind.timeOf(b) - kind.timeOf(a)));
    // A page that brings nothing new ends it, though it be full: all of one moment.
    setHasOlder(known.size > before && pages.some((page) => page.length >= PAGE));
    setState("ready");
  };
  const reload = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => void load(), SETTLE_MS);
  };

  createEffect(
    on([symbols, account.state], () => {
      setState("loading");
      if (account.state() === "live") void load();
    }),
  );
  onCleanup(account.onNews(reload));
  onCleanup(() => {
    clearTimeout(settling);
    asked += 1;
  });
  return {
    rows,
    state,
    hasOlder,
    loadOlder: () => {
      const oldest = rows().at(-1);
      if (oldest !== undefined) void load(kind.timeOf(oldest));
    },
    reload,
  };
}
