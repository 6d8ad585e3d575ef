/** This browser's account: opened with a key, closed without, everything else is its session's. */
import { type Accessor, createSignal, onCleanup, untrack } from "solid-js";
import { words } from "../words/words.ts";
import { AccountSession } from "./account-session.ts";
import { mapped } from "./api-socket.ts";
import type { Account, AccountNews, Balance, Fill, Order, Parameters } from "./contract.ts";
import { type DeviceKey, signText } from "./device-key.ts";
import type { ExchangeClock } from "./exchange-clock.ts";
import type { Frames } from "./frame.ts";
import { fillOfTrade, type OrderShape, type OwnTradeShape, orderOf } from "./order-shapes.ts";
import { notSent } from "./refusal.ts";
import { ask, queryOf } from "./rest.ts";
import { tradingOf } from "./trading.ts";

type Commission = { readonly maker: string; readonly taker: string };

export interface OpenedAccount {
  readonly account: Account;
  /** Another key than before: another session. */
  readonly open: (key: DeviceKey) => void;
  readonly close: () => void;
}

export interface AccountParts {
  readonly frames: Frames;
  readonly clock: ExchangeClock;
  /** An order was: its market may have been halted since it was asked about. */
  readonly refused: () => void;
  /** The session's key was revoked or has expired. */
  readonly keyGone: (key: DeviceKey) => void;
}

/** In a Solid root. */
export function openAccount({ frames, clock, refused, keyGone }: AccountParts): OpenedAccount {
  const [state, setState] = createSignal<ReturnType<Account["state"]>>("none");
  const [balances, setBalances] = createSignal<ReadonlyMap<string, Balance>>(new Map());
  const [openOrders, setOpenOrders] = createSignal<readonly Order[]>([]);
  const [fills, setFills] = createSignal<readonly Fill[]>([]);
  const commissions = new Map<string, { readonly rates: Accessor<Commission | null>; readonly ask: () => void }>();
  const hearers = new Set<(news: AccountNews) => void>();
  let session: AccountSession | null = null;

  const draw = (): void => {
    if (session === null) return;
    setBalances(session.fold.balances);
    setOpenOrders(session.fold.openOrders);
    setFills(session.fold.fills);
  };

  function close(): void {
    session?.stop();
    session = null;
    frames.forget(draw);
    setState("none");
    setBalances(new Map());
    setOpenOrders([]);
    setFills([]);
  }

  function open(key: DeviceKey): void {
    if (session?.key.apiKey === key.apiKey) return;
    close();
    session = new AccountSession(key, {
      clock,
      changed: (now) => {
        if (now === "live") draw();
        setState(now);
        if (now === "live") for (const { ask: askAgain } of commissions.values()) askAgain();
      },
      folded: () => frames.request(draw),
      news: (news) => {
        for (const hear of [...hearers]) hear(news);
      },
      keyGone: () => {
        close();
        keyGone(key);
      },
    });
  }

  onCleanup(close);

  const request = (method: string, parameters: Parameters = {}) =>
    session?.request(method, parameters) ?? Promise.resolve(notSent(words().exchange.nobodySignedIn));

  async function signedGet(path: string, parameters: Parameters = {}) {
    const key = session?.key;
    if (key === undefined) return notSent(words().exchange.nobodySignedIn);
    const query = queryOf({ ...parameters, timestamp: Math.floor(clock.nowMs()) });
    const signature = encodeURIComponent(await signText(key.privateKey, query));
    return await ask(`${path}?${query}&signature=${signature}`, { headers: { "x-mbx-apikey": key.apiKey } });
  }

  function commission(symbol: string): Accessor<Commission | null> {
    const known = commissions.get(symbol);
    if (known !== undefined) return known.rates;
    const [rates, setRates] = createSignal<Commission | null>(null);
    const asked = { rates, ask: () => void askCommission(symbol, setRates) };
    commissions.set(symbol, asked);
    asked.ask();
    return rates;
  }

  async function askCommission(symbol: string, show: (rates: Commission) => void): Promise<void> {
    const answer = await request("account.commission", { symbol });
    // Not now: asked again when the account is live again.
    if (answer.outcome !== "ok") return;
    const { maker, taker } = (answer.value as { readonly standardCommission: Commission }).standardCommission;
    show({ maker, taker });
  }

  const account: Account = {
    state,
    balances,
    openOrders,
    fills,
    commission,
    onNews(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    ...tradingOf({
      request,
      openOrders: () => session?.fold.openOrders ?? [],
      nowMs: () => untrack(() => clock.nowMs()),
      refused,
    }),
    orderPage: async (asked) =>
      mapped(await request("allOrders", { ...asked }), (rows) => (rows as readonly OrderShape[]).map(orderOf)),
    fillPage: async (asked) =>
      mapped(await request("myTrades", { ...asked }), (rows) => (rows as readonly OwnTradeShape[]).map(fillOfTrade)),
    request: async (method, parameters) => mapped(await request(method, parameters), (value) => value),
    signedGet,
  };
  return { account, open, close };
}
