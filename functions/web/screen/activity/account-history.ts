/** Closed orders and own trades, as the exchange keeps them: newest first, older ones page by page, over one market or all. */
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import type { Account, Answer, Fill, Order, PageAsked } from "../exchange/contract.ts";
import { fillKey, orderKey } from "../exchange/record-keys.ts";

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
  readonly page: (asked: PageAsked) => Promise<Answer<readonly Row[]>>;
  readonly idOf: (row: Row) => string;
  readonly timeOf: (row: Row) => number;
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
  let known: ReadonlyMap<string, Row> = new Map();
  /** By symbol: the time of its oldest known row, where there may be older ones. */
  let unread: ReadonlyMap<string, number> = new Map();
  let asked = 0;
  let isAsking = false;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const load = async (what: "anew" | "newer" | "older"): Promise<void> => {
    asked += 1;
    const mine = asked;
    const questions: readonly { readonly symbol: string; readonly endTime?: number }[] =
      what === "older" ? [...unread].map(([symbol, endTime]) => ({ symbol, endTime })) : symbols().map(bySymbol);
    isAsking = true;
    const answers = await Promise.all(questions.map((question) => kind.page({ ...question, limit: PAGE })));
    // Asked again meanwhile, of other symbols perhaps.
    if (mine !== asked) return;
    isAsking = false;
    if (answers.some(({ outcome }) => outcome !== "ok")) return void setState("failed");
    const pages = answers.map((answer) => (answer.outcome === "ok" ? answer.value : []));
    const isKnown = (row: Row): boolean => known.has(kind.idOf(row));
    // Pages that do not reach what is known leave a gap: what is known is forgotten.
    const isAnew = what === "anew" || (what === "newer" && pages.some((page) => isFull(page) && !page.some(isKnown)));
    if (isAnew) known = new Map();
    const older = new Map(isAnew ? [] : unread);
    for (const [at, { symbol }] of questions.entries()) {
      const page = pages[at] ?? [];
      // A page that brings nothing new ends it, though it be full: all of one moment.
      if (isFull(page) && !page.every(isKnown)) {
        if (isAnew || what === "older") older.set(symbol, Math.min(...page.map(kind.timeOf)));
      } else if (what === "older") older.delete(symbol);
    }
    known = new Map([...known, ...pages.flat().map((row) => [kind.idOf(row), row] as const)]);
    unread = older;
    show();
  };
  /** As far back as every symbol is known: between two rows nothing is missing. */
  const show = (): void => {
    const sinceMs = Math.max(0, ...unread.values());
    const shown = [...known.values()].filter((row) => kind.timeOf(row) >= sinceMs);
    setRows(shown.sort((a, b) => kind.timeOf(b) - kind.timeOf(a)));
    setHasOlder(unread.size > 0);
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

function bySymbol(symbol: string): { readonly symbol: string } {
  return { symbol };
}

function isFull(page: readonly unknown[]): boolean {
  return page.length >= PAGE;
}
