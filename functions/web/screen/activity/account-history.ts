/** Closed orders and own trades, as the exchange keeps them: newest first, older ones page by page, over one market or all. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import type { Account, Answer, Fill, Order, PageAsked } from "../exchange/contract.ts";
import { fillKey, orderKey } from "../exchange/record-keys.ts";
import { PagedRows, type Reading, type RowKind } from "./paged-rows.ts";

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

interface Kind<Row> extends RowKind<Row> {
  readonly page: (asked: PageAsked) => Promise<Answer<readonly Row[]>>;
}

export function orderHistory(account: Account, symbols: Accessor<readonly string[]>): AccountHistory<Order> {
  return accountHistory(account, symbols, {
    page: account.orderPage,
    idOf: orderKey,
    timeOf: (order) => order.time,
  });
}

export function tradeHistory(account: Account, symbols: Accessor<readonly string[]>): AccountHistory<Fill> {
  return accountHistory(account, symbols, {
    page: account.fillPage,
    idOf: fillKey,
    timeOf: (fill) => fill.time,
  });
}

/** In an owner: asked anew when the symbols change and when the account's news say that there is more. */
function accountHistory<Row>(
  account: Account,
  symbols: Accessor<readonly string[]>,
  kind: Kind<Row>,
): AccountHistory<Row> {
  const [rows, setRows] = createSignal<readonly Row[]>([]);
  const [state, setState] = createSignal<"loading" | "ready" | "failed">("loading");
  const [hasOlder, setHasOlder] = createSignal(false);
  const paged = new PagedRows(kind, PAGE);
  let asked = 0;
  let isAsking = false;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const load = async (reading: Reading): Promise<void> => {
    asked += 1;
    const mine = asked;
    const questions = paged.questions(reading, symbols());
    isAsking = true;
    const answers = await Promise.all(questions.map((question) => kind.page({ ...question, limit: PAGE })));
    // Asked again meanwhile, of other symbols perhaps.
    if (mine !== asked) return;
    isAsking = false;
    const pages = answers.flatMap((answer) => (answer.outcome === "ok" ? [answer.value] : []));
    if (pages.length < questions.length) return void setState("failed");
    paged.take(reading, questions, pages);
    setRows(paged.rows);
    setHasOlder(paged.hasOlder);
    setState("ready");
  };
  const reload = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      if (isAsking) reload();
      else void load("newer");
    }, SETTLE_MS);
  };

  createEffect(
    on([symbols, account.state], () => {
      setState("loading");
      if (account.state() === "live") void load("anew");
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
      if (!isAsking) void load("older");
    },
    reload,
  };
}
