/**
 * A tour of a running exchange: every call of the route table once, and every field of every answer at least once. What it
 * sees is compared with what the reference says, and becomes its examples.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import { ApiSocket } from "../api-socket.ts";
import { DataFolderForTests, startProcess } from "../exchange-process.ts";
import { eventually } from "../target.ts";
import { HttpClient, type Parameters, sortedOf, Trader } from "../trader.ts";
import { deadLetterVisits } from "./dead-letter-visits.ts";
import { type Credentials, Notebook, type Visit } from "./visits.ts";

export interface Tour {
  readonly visits: readonly Visit[];
  // biome-ignore lint/suspicious/noExplicitAny: events as they came.
  readonly events: readonly any[];
}

const SYMBOL = "BTCUSDT";
/** Every filter is on, and in nobody's way. */
const RULES = {
  symbol: SYMBOL,
  avgPriceMins: 5,
  percentPrice: { bidUp: "5", bidDown: "0.2", askUp: "5", askDown: "0.2" },
  maxPosition: "1000",
  maxNumAlgoOrders: 100,
  maxNumIcebergOrders: 100,
  icebergParts: 100,
  maxNumOrderLists: 100,
  maxNumOrderAmends: 10,
  trailingDelta: { aboveMin: 10, aboveMax: 2000, belowMin: 10, belowMax: 2000 },
};
const LIMITS = {
  ordersPer10s: 1000,
  ordersPerDay: 200000,
  ordersMax: 500,
  algoOrdersMax: 200,
  icebergOrdersMax: 200,
  orderListsMax: 200,
};

export async function tour(): Promise<Tour> {
  const folder = new DataFolderForTests();
  const exchange = await startProcess(folder);
  const http = new HttpClient(exchange.origin);
  const note = new Notebook(http, folder.operatorToken());
  const sockets: ApiSocket[] = [];
  const connect = async (): Promise<ApiSocket> => {
    const socket = await ApiSocket.open(exchange.origin);
    sockets.push(socket);
    return socket;
  };
  try {
    const people = await venue(note);
    const heard = await connect();
    await note.method(heard, "userDataStream.subscribe.signature", new Trader(http, people.alice).signedParams());
    await note.operator("POST /ops/v1/deposits", {
      ...{ account: people.alice.account, asset: "USDT", amount: "1000", reference: "bank-2026-0001" },
    });
    await singleOrders(note, people);
    await specialOrders(note, people);
    await selfTrades(note, people);
    await lists(note, people);
    await marketData(note);
    await accounts(note, people);
    await money(note, people);
    await sessions(note, await connect(), people);
    await note.method(heard, "userDataStream.unsubscribe");
    await eventually(
      async () => heard.events,
      (events) => events.some(({ event }) => event.e === "eventStreamTerminated"),
    );
    await note.operator("POST /ops/v1/cancel-all", { account: people.alice.account, symbol: SYMBOL });
    await note.operator("POST /ops/v1/halts", { symbol: SYMBOL, status: "cancel_only" });
    await note.operator("DELETE /ops/v1/halts/*", undefined, SYMBOL);
    await note.operator("GET /ops/v1/dead-letters");
    await note.operator("DELETE /ops/v1/history");
    for (const visit of await deadLetterVisits()) note.note(visit);
    return { visits: note.visits, events: heard.events.map(({ event }) => event) };
  } finally {
    for (const socket of sockets) socket.close();
    http.close();
    await exchange.stop();
    folder.remove();
  }
}

interface People {
  readonly alice: Credentials;
  readonly bob: Credentials;
  /** An Ed25519 key of alice's, and how it signs. */
  readonly session: { readonly apiKey: string; readonly sign: (payload: string) => string };
}

async function venue(note: Notebook): Promise<People> {
  await note.operator("POST /ops/v1/instruments", {
    ...{ symbol: "DOGEUSDT", base: "DOGE", quote: "USDT", tickSize: "0.00001", stepSize: "1", minNotional: "5" },
  });
  const opened: Credentials[] = [];
  for (const name of ["alice", "bob"]) {
    const { id: account } = await note.operator("POST /ops/v1/accounts", { name });
    await note.operator("POST /ops/v1/accounts/*", { canTrade: true, canWithdraw: true }, String(account));
    for (const [asset, amount] of [
      ["BTC", "100"],
      ["USDT", "1000000"],
    ] as const) {
      await note.operator("POST /ops/v1/deposits", { account, asset, amount, reference: `${name}-${asset}` });
    }
    const permissions = ["read", "trade", "withdraw"];
    const key = await note.operator("POST /ops/v1/keys", { account, permissions, label: "first" });
    opened.push({ account, apiKey: key.apiKey, apiSecret: key.apiSecret });
  }
  const [alice, bob] = opened as [Credentials, Credentials];
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const made = await note.operator("POST /ops/v1/keys", {
    ...{ account: alice.account, kind: "ed25519", publicKey: pem, permissions: ["read"] },
  });
  await note.operator("POST /ops/v1/keys/*", { label: "session", expires: 1_900_000_000_000 }, made.apiKey);
  await note.operator("GET /ops/v1/keys");
  await note.operator("POST /ops/v1/links", { account: alice.account });
  const spare = await note.operator("POST /ops/v1/keys", { account: bob.account, permissions: ["read"] });
  await note.operator("DELETE /ops/v1/keys/*", undefined, spare.apiKey);
  await note.operator("GET /ops/v1/status");
  await note.operator("GET /ops/v1/instruments");
  await note.operator("GET /ops/v1/accounts");
  await note.operator("GET /ops/v1/accounts/*", undefined, String(alice.account));
  await note.operator("POST /ops/v1/fees", { symbol: SYMBOL, makerFee: "0.0005", takerFee: "0.001" });
  await note.operator("POST /ops/v1/rules", RULES);
  await note.operator("GET /ops/v1/rules");
  await note.operator("POST /ops/v1/limits", LIMITS);
  await note.operator("GET /ops/v1/limits");
  const signer = (payload: string): string => sign(null, Buffer.from(payload), privateKey).toString("base64");
  return { alice, bob, session: { apiKey: made.apiKey, sign: signer } };
}

const LIMIT = { symbol: SYMBOL, type: "LIMIT", timeInForce: "GTC" } as const;

async function singleOrders(note: Notebook, { alice, bob }: People): Promise<void> {
  await note.signed(bob, "POST /api/v3/order", {
    ...LIMIT,
    side: "SELL",
    quantity: "0.3",
    price: "20000",
    newOrderRespType: "ACK",
  });
  const order = { ...LIMIT, side: "BUY", quantity: "0.5", price: "20000", newClientOrderId: "mine-1" };
  await note.signed(alice, "POST /api/v3/order", order);
  await note.signed(alice, "POST /api/v3/order/test", { ...order, computeCommissionRates: "true" });
  await note.signed(alice, "POST /api/v3/order/test", order);
  await note.signed(alice, "GET /api/v3/order", { symbol: SYMBOL, origClientOrderId: "mine-1" });
  const target = { symbol: SYMBOL, origClientOrderId: "mine-1" };
  await note.signed(alice, "PUT /api/v3/order/amend/keepPriority", { ...target, newQty: "0.4" });
  const { orderId } = await note.signed(alice, "GET /api/v3/order", target);
  await note.signed(alice, "GET /api/v3/order/amendments", { symbol: SYMBOL, orderId });
  await note.signed(alice, "GET /api/v3/openOrders", { symbol: SYMBOL });
  const replacing = { ...LIMIT, side: "BUY", quantity: "0.2", price: "19900", cancelReplaceMode: "STOP_ON_FAILURE" };
  const replace = "POST /api/v3/order/cancelReplace";
  const second = { newClientOrderId: "mine-2" };
  await note.signed(alice, replace, { ...replacing, ...second, cancelOrigClientOrderId: "mine-1" });
  await note.signed(alice, replace, { ...replacing, cancelOrigClientOrderId: "nobody" }, 400);
  const dear = { ...replacing, quantity: "60", price: "20000", cancelOrigClientOrderId: "mine-2" };
  await note.signed(alice, replace, dear, 409);
  await note.signed(bob, "POST /api/v3/order", { ...LIMIT, side: "SELL", quantity: "0.1", price: "20010" });
  const market = { symbol: SYMBOL, side: "BUY", type: "MARKET", quoteOrderQty: "500" };
  await note.signed(alice, "POST /api/v3/order", market);
  const resting = { ...LIMIT, side: "BUY", quantity: "0.2", price: "19800", newClientOrderId: "mine-3" };
  await note.signed(alice, "POST /api/v3/order", resting);
  await note.signed(alice, "DELETE /api/v3/order", { symbol: SYMBOL, origClientOrderId: "mine-3" });
}

/** Each in every form of answer, and canceled. */
async function specialOrders(note: Notebook, { alice }: People): Promise<void> {
  const sell = { symbol: SYMBOL, side: "SELL", quantity: "1" };
  const special: readonly Parameters[] = [
    { ...sell, type: "STOP_LOSS_LIMIT", timeInForce: "GTC", price: "18990", stopPrice: "19000" },
    { ...sell, type: "STOP_LOSS", trailingDelta: 100, strategyId: 7, strategyType: 1_000_000 },
    { ...sell, type: "LIMIT", timeInForce: "GTC", price: "25000", icebergQty: "0.1" },
  ];
  for (const order of special) {
    for (const newOrderRespType of ["RESULT", "FULL"]) {
      const { orderId } = await note.signed(alice, "POST /api/v3/order", { ...order, newOrderRespType });
      await note.signed(alice, "DELETE /api/v3/order", { symbol: SYMBOL, orderId });
    }
    await note.signed(alice, "POST /api/v3/order", { ...order, newOrderRespType: "ACK" });
  }
  await note.signed(alice, "GET /api/v3/openOrders");
  await note.signed(alice, "DELETE /api/v3/openOrders", { symbol: SYMBOL });
  for (const newOrderRespType of ["RESULT", "FULL"]) {
    const order = { ...LIMIT, side: "BUY", quantity: "1", price: "15000", timeInForce: "IOC", newOrderRespType };
    await note.signed(alice, "POST /api/v3/order", order);
  }
}

async function selfTrades(note: Notebook, { alice }: People): Promise<void> {
  for (const newOrderRespType of ["RESULT", "FULL"]) {
    await note.signed(alice, "POST /api/v3/order", { ...LIMIT, side: "BUY", quantity: "0.1", price: "19950" });
    const taker = { ...LIMIT, side: "SELL", quantity: "0.3", price: "19950", selfTradePreventionMode: "DECREMENT" };
    const { orderId } = await note.signed(alice, "POST /api/v3/order", { ...taker, newOrderRespType });
    await note.signed(alice, "GET /api/v3/myPreventedMatches", { symbol: SYMBOL, orderId });
    await note.signed(alice, "DELETE /api/v3/order", { symbol: SYMBOL, orderId });
  }
}

async function lists(note: Notebook, { alice, bob }: People): Promise<void> {
  const pair = { aboveType: "LIMIT_MAKER", abovePrice: "21000", belowType: "STOP_LOSS_LIMIT", belowStopPrice: "19000" };
  const below = { belowPrice: "18990", belowTimeInForce: "GTC" };
  const oco = { symbol: SYMBOL, side: "SELL", quantity: "0.5", ...pair, ...below, listClientOrderId: "list-1" };
  await note.signed(alice, "POST /api/v3/orderList/oco", oco);
  await note.signed(alice, "GET /api/v3/orderList", { origClientOrderId: "list-1" });
  await note.signed(alice, "GET /api/v3/openOrderList");
  await note.signed(alice, "DELETE /api/v3/orderList", { symbol: SYMBOL, listClientOrderId: "list-1" });
  const working = { workingType: "LIMIT", workingSide: "BUY", workingPrice: "19000", workingQuantity: "0.5" };
  const first = { symbol: SYMBOL, ...working, workingTimeInForce: "GTC" };
  const pending = { pendingType: "LIMIT", pendingSide: "SELL", pendingPrice: "21000", pendingQuantity: "0.4" };
  await note.signed(alice, "POST /api/v3/orderList/oto", { ...first, ...pending, pendingTimeInForce: "GTC" });
  const both = { pendingAboveType: "LIMIT_MAKER", pendingAbovePrice: "21000", pendingBelowType: "STOP_LOSS" };
  const waiting = { pendingSide: "SELL", pendingQuantity: "0.4", ...both, pendingBelowStopPrice: "18000" };
  await note.signed(alice, "POST /api/v3/orderList/otoco", { ...first, ...waiting });
  await note.signed(alice, "DELETE /api/v3/openOrders", { symbol: SYMBOL });
  const old = { symbol: SYMBOL, side: "SELL", quantity: "0.5", price: "21000", stopPrice: "19000" };
  await note.signed(alice, "POST /api/v3/order/oco", { ...old, limitClientOrderId: "limit-1" });
  await note.signed(alice, "POST /api/v3/order/cancelReplace", {
    ...{ ...LIMIT, side: "SELL", quantity: "0.2", price: "22000" },
    ...{ cancelReplaceMode: "STOP_ON_FAILURE", cancelOrigClientOrderId: "limit-1" },
  });
  // One trades, the other expires.
  await note.signed(alice, "POST /api/v3/orderList/oco", { ...oco, listClientOrderId: "list-2", abovePrice: "20500" });
  await note.signed(bob, "POST /api/v3/order", { ...LIMIT, side: "BUY", quantity: "0.5", price: "20500" });
  await note.signed(alice, "GET /api/v3/allOrderList", { limit: 10 });
}

async function marketData(note: Notebook): Promise<void> {
  const one = { symbol: SYMBOL };
  for (const path of ["ping", "time"]) await note.open(`/api/v3/${path}`);
  for (const path of ["exchangeInfo", "trades", "historicalTrades", "aggTrades", "historicalBlockTrades", "avgPrice"]) {
    await note.open(`/api/v3/${path}`, one);
  }
  await note.open("/api/v3/depth", { ...one, limit: 5 });
  for (const path of ["klines", "uiKlines"]) await note.open(`/api/v3/${path}`, { ...one, interval: "1h", limit: 1 });
  for (const path of ["ticker", "ticker/tradingDay", "ticker/24hr"]) {
    await note.open(`/api/v3/${path}`, one);
    await note.open(`/api/v3/${path}`, { ...one, type: "MINI" });
    await note.open(`/api/v3/${path}`, { symbols: '["BTCUSDT","ETHUSDT"]' });
  }
  for (const path of ["ticker/price", "ticker/bookTicker"]) {
    await note.open(`/api/v3/${path}`, one);
    await note.open(`/api/v3/${path}`);
  }
  for (const path of ["executionRules", "referencePrice", "referencePrice/calculation"]) {
    await note.open(`/api/v3/${path}`, one, 400);
  }
  await note.open("/api/v3/depth", { symbol: "NOSUCH" }, 400);
  for (const path of ["system/status", "margin/allPairs", "margin/isolated/allPairs"])
    await note.open(`/sapi/v1/${path}`);
  for (const family of ["fapi", "dapi"]) await note.open(`/${family}/v1/exchangeInfo`);
  for (const path of ["/openapi.json", "/asyncapi.json"]) await note.open(path);
}

async function accounts(note: Notebook, { alice }: People): Promise<void> {
  await note.signed(alice, "GET /api/v3/account", { omitZeroBalances: "true" });
  await note.signed(alice, "GET /api/v3/account");
  for (const path of ["allOrders", "myTrades", "account/commission", "myAllocations", "myFilters"]) {
    await note.signed(alice, `GET /api/v3/${path}`, { symbol: SYMBOL });
  }
  await note.signed(alice, "GET /api/v3/rateLimit/order");
  await note.signed(alice, "GET /sapi/v1/asset/tradeFee", { symbol: SYMBOL });
  await note.signed(alice, "GET /sapi/v1/capital/config/getall");
  const sor = { symbol: SYMBOL, side: "BUY", type: "MARKET", quantity: "1" };
  for (const path of ["sor/order", "sor/order/test"]) await note.signed(alice, `POST /api/v3/${path}`, sor, 400);
  const { listenKey } = await note.shown(alice, "POST /api/v3/userDataStream");
  await note.shown(alice, "PUT /api/v3/userDataStream", { listenKey });
  await note.shown(alice, "DELETE /api/v3/userDataStream", { listenKey });
  const made = await note.signed(alice, "POST /api/v3/apiKey", { keyPermissions: '["read","trade"]', label: "laptop" });
  await note.signed(alice, "GET /api/v3/apiKey");
  await note.signed(alice, "DELETE /api/v3/apiKey", { apiKey: made.apiKey });
}

async function money(note: Notebook, { alice }: People): Promise<void> {
  const wanted = { coin: "USDT", address: "bank-4711", amount: "25", network: "USDT" };
  const apply = "POST /sapi/v1/capital/withdraw/apply";
  const { id: first } = await note.signed(alice, apply, { ...wanted, withdrawOrderId: "out-1" });
  const { id: second } = await note.signed(alice, apply, wanted);
  await note.operator("GET /ops/v1/withdrawals");
  await note.operator("POST /ops/v1/withdrawals/*", { action: "approve" }, first);
  await note.operator("POST /ops/v1/withdrawals/*", { action: "paid", txId: "wire-0815" }, first);
  await note.operator("POST /ops/v1/withdrawals/*", { action: "refuse", reason: "no such address" }, second);
  await note.signed(alice, "GET /sapi/v1/capital/withdraw/history", { coin: "USDT" });
  await note.signed(alice, "GET /sapi/v1/capital/deposit/address", { coin: "USDT" }, 400);
  // History follows the engine by a moment.
  const again = async (
    ask: () => Promise<Visit["answer"]>,
    willDo: (answer: Visit["answer"]) => boolean,
  ): Promise<void> => {
    await eventually(ask, willDo);
  };
  await again(
    () => note.signed(alice, "GET /sapi/v1/capital/deposit/hisrec", { coin: "USDT" }),
    (rows) => rows.length === 2,
  );
  await again(
    () => note.signed(alice, "GET /api/v3/statement", { asset: "USDT" }),
    ({ entries }) => entries.some(({ type }: { type: string }) => type === "WITHDRAWAL_RELEASED"),
  );
  await again(
    () => note.operator("GET /ops/v1/audit"),
    ({ outcome }) => outcome === "balanced",
  );
  await note.operator("POST /ops/v1/audit", { unfreeze: true });
  await note.operator("POST /ops/v1/audit", {});
}

async function sessions(note: Notebook, socket: ApiSocket, { session }: People): Promise<void> {
  const params = { apiKey: session.apiKey, timestamp: Date.now() };
  await note.method(socket, "session.logon", { ...params, signature: session.sign(sortedOf(params)) });
  await note.method(socket, "userDataStream.subscribe");
  await note.method(socket, "session.subscriptions");
  await note.method(socket, "session.status");
  await note.method(socket, "session.logout");
}
