/**
 * A FAKE exchange behind the real handlers: two instruments, two traders with keys, a clock that stands still, and a
 * client that signs. For tests alone.
 */

import { openSecret, sealSecret } from "../../../engine/api/seal.ts";
import { hmacSha256 } from "../../../engine/api/signature.ts";
import type { InstrumentTerms } from "../../../engine/domain/instrument.ts";
import type { KeyPermission } from "../../../engine/domain/operator.ts";
import type { EdgeDeps } from "../deps.ts";
import type { Handler, HttpReply, HttpRequest } from "../http.ts";
import { FAKE_NOW_US, FakeEngine } from "./fake-engine.ts";
import { FakeMarket } from "./fake-market.ts";

export const OPERATOR_TOKEN = "operator-token-for-tests";
const SEALING_KEY = new Uint8Array(32).fill(7);

export interface Trader {
  readonly account: number;
  readonly apiKey: string;
  readonly secret: string;
}

export interface FakeEdge {
  /** A test may put another part in. */
  deps: EdgeDeps;
  readonly engine: FakeEngine;
  readonly market: FakeMarket;
  readonly alice: Trader;
  readonly bob: Trader;
  /** Faults of ours: a test that expects none looks here. */
  readonly faults: unknown[];
}

const TERMS: InstrumentTerms = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  tickE8: 1_000_000,
  lotE8: 1_000,
  priceTicksMin: 1,
  priceTicksMax: 100_000_000,
  quantityLotsMin: 1,
  quantityLotsMax: 900_000_000,
  marketLotsMin: 1,
  marketLotsMax: 10_000_000,
  notionalMinE8: "500000000",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: true,
  notionalMaxAppliesToMarket: false,
  ordersMax: 200,
  makerFeeE8: 100_000,
  takerFeeE8: 100_000,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["none", "expire_taker", "expire_maker", "expire_both"],
};

export function addKey(
  engine: FakeEngine,
  trader: Trader,
  change: { permissions?: KeyPermission[]; ipAllowList?: string[]; expiresUs?: number } = {},
): void {
  engine.keyRecords.push({
    id: engine.keyRecords.length + 1,
    account: trader.account,
    apiKey: trader.apiKey,
    kind: "hmac_sha256",
    material: sealSecret(SEALING_KEY, trader.secret),
    permissions: change.permissions ?? ["read", "trade"],
    ipAllowList: change.ipAllowList ?? [],
    expiresUs: change.expiresUs ?? 0,
    label: "",
    revoked: false,
  });
}

export function fakeEdge(): FakeEdge {
  const engine = new FakeEngine();
  const market = new FakeMarket();
  for (const name of ["BTC", "USDT", "ETH"]) engine.assets.push({ id: engine.assets.length, name, decimals: 8 });
  const derived = { status: "trading", quoteAsset: 1, quoteAtomsPerTickLot: 10 } as const;
  engine.instruments.push({ ...TERMS, ...derived, id: 0, baseAsset: 0, baseAtomsPerLot: 1_000 });
  const eth = { ...TERMS, symbol: "ETHUSDT", base: "ETH", lotE8: 10_000, quoteAtomsPerTickLot: 100 };
  engine.instruments.push({ ...derived, ...eth, id: 1, baseAsset: 2, baseAtomsPerLot: 10_000 });
  for (const name of ["alice", "bob"]) {
    engine.accounts.push({ id: engine.accounts.length, name, canTrade: true, canWithdraw: true });
  }
  for (const account of [1, 2]) {
    engine.balances.set(account, [
      { asset: 0, freeAtoms: 1_000_000_000n, lockedAtoms: 0n },
      { asset: 1, freeAtoms: 99_000_000_000_000n, lockedAtoms: 1_000_000_000_000n },
      { asset: 2, freeAtoms: 0n, lockedAtoms: 0n },
    ]);
  }
  const alice = { account: 1, apiKey: "alice-key-0123456789", secret: "alice-secret" };
  const bob = { account: 2, apiKey: "bob-key-0123456789", secret: "bob-secret" };
  addKey(engine, alice);
  addKey(engine, bob);

  const faults: unknown[] = [];
  let made = 0;
  const deps: EdgeDeps = {
    engine,
    reads: engine,
    stream: market,
    history: market,
    nowUs: () => engine.timeUs,
    openSecret: (material) => openSecret(SEALING_KEY, material),
    randomText: (length) => `made${++made}`.padEnd(length, "x"),
    reportFault: ({ error }) => faults.push(error),
    operator: { token: OPERATOR_TOKEN, sealSecret: (secret) => sealSecret(SEALING_KEY, secret) },
  };
  return { deps, engine, market, alice, bob, faults };
}

export function request(change: Partial<HttpRequest>): HttpRequest {
  return {
    method: "GET",
    path: "/",
    rawQuery: "",
    headers: {},
    rawBody: new Uint8Array(0),
    remoteAddress: "127.0.0.1",
    ...change,
  };
}

/** The query of a signed request, as a well-behaved client makes it. */
export function signedQuery(trader: Trader, query: string, timestampMs = Math.floor(FAKE_NOW_US / 1_000)): string {
  const payload = `${query}${query === "" ? "" : "&"}timestamp=${timestampMs}`;
  return `${payload}&signature=${hmacSha256(Buffer.from(trader.secret), payload).toString("hex")}`;
}

/** Sends one signed request by query. */
export function send(
  handler: Handler<EdgeDeps>,
  edge: FakeEdge,
  trader: Trader,
  method: string,
  path: string,
  query = "",
): Promise<HttpReply> {
  const headers = { "x-mbx-apikey": trader.apiKey };
  return handler(request({ method, path, rawQuery: signedQuery(trader, query), headers }), edge.deps);
}

/** Status and body: what a test compares. */
export function shown(reply: HttpReply): { status: number; body: unknown } {
  return { status: reply.status, body: JSON.parse(reply.body) };
}
