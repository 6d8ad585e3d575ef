/**
 * A small exchange as edges see it in Redis, and a trader who signs: for warming bundles up and for measuring their start.
 * Nothing of it is a secret; no image carries it.
 */
import { createCipheriv, createHmac } from "node:crypto";
import type { Instrument } from "../domain/instrument.ts";
import type { KeyRecord } from "../domain/operator.ts";
import { type Beat, busNames, CATALOG_FIELD, type CatalogProjection, EPOCH_FIELD } from "../protocol/bus-messages.ts";
import { toWire } from "../protocol/wire-json.ts";

const SAMPLE_ENGINE = "e1";
const SEALING_KEY = Buffer.alloc(32, 7);
const API_KEY = "sample".padEnd(64, "0");
const SECRET = "sample-secret".padEnd(64, "0");

/** Of every program; each takes what it knows. */
export const SAMPLE_ENVIRONMENT = {
  TIDEBOOK_ENGINE: SAMPLE_ENGINE,
  TIDEBOOK_SEAL_KEY: SEALING_KEY.toString("hex"),
  TIDEBOOK_INTERNAL_TOKEN: "sample-internal-token",
  TIDEBOOK_OPERATOR_TOKEN: "sample-operator-token",
  // Nobody listens there: a warm-up asks for nothing behind them.
  TIDEBOOK_ENGINE_URL: "http://127.0.0.1:9",
  TIDEBOOK_STREAM_URL: "http://127.0.0.1:9",
  DATABASE_URL: "postgres://sample@127.0.0.1:9/sample",
  HOST: "127.0.0.1",
} as const;

const INSTRUMENT: Instrument = {
  id: 0,
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  baseAsset: 0,
  quoteAsset: 1,
  status: "trading",
  tickE8: 1_000_000,
  lotE8: 1_000,
  baseAtomsPerLot: 1_000,
  quoteAtomsPerTickLot: 10,
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

const CATALOG: CatalogProjection = {
  version: 1,
  assets: [
    { id: 0, name: "BTC", decimals: 8 },
    { id: 1, name: "USDT", decimals: 8 },
  ],
  instruments: [INSTRUMENT],
};

/** Sealed by hand, by the form that engine/api/seal.ts opens: version, nonce, ciphertext, tag. */
function sealed(secret: string): string {
  const nonce = Buffer.alloc(12);
  const cipher = createCipheriv("aes-256-gcm", SEALING_KEY, nonce);
  const ciphertext = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(1), nonce, ciphertext, cipher.getAuthTag()]).toString("base64");
}

const KEY: KeyRecord = {
  id: 1,
  account: 1,
  apiKey: API_KEY,
  kind: "hmac_sha256",
  material: sealed(SECRET),
  permissions: ["read", "trade"],
  ipAllowList: [],
  expiresUs: 0,
  label: "",
  revoked: false,
};

/** What stands in the hash of keys: field → text. */
export const SAMPLE_HASH: Readonly<Record<string, string>> = {
  [EPOCH_FIELD]: "1",
  [CATALOG_FIELD]: toWire(CATALOG),
  [API_KEY]: toWire(KEY),
};

export const SAMPLE_NAMES = busNames(SAMPLE_ENGINE);

const BEAT: Beat = {
  engine: SAMPLE_ENGINE,
  epoch: 1,
  state: "running",
  headSeq: 1,
  queued: 0,
  backlog: 0,
  catalogVersion: 1,
  keysVersion: 1,
};
export const SAMPLE_BEAT = toWire(BEAT);

export interface SampleRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param path below /api/v3, `order/test` say. */
export function signedRequest(method: string, path: string, query: string): SampleRequest {
  const payload = `${query}&timestamp=${Date.now()}`;
  const signature = createHmac("sha256", SECRET).update(payload).digest("hex");
  return {
    method,
    target: `/api/v3/${path}?${payload}&signature=${signature}`,
    headers: { "x-mbx-apikey": API_KEY },
  };
}

export const SAMPLE_ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000.00";
