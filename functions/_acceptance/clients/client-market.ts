/** Markets for the suites of clients: an instrument of its own, two funded traders, and their clients in every make. */
import { generateKeyPairSync } from "node:crypto";
import type { Target } from "../target.ts";
import { freshName } from "../trader.ts";
import {
  type BinanceClients,
  type CcxtClient,
  type Credentials,
  documentedBinance,
  documentedCcxt,
} from "./documented.ts";

export interface Owner extends Credentials {
  readonly account: number;
}

export interface ClientMarket {
  /** As our API names it. */
  readonly id: string;
  /** As ccxt names it. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** 100 of base and 100,000 of quote each. */
  readonly alice: Owner;
  readonly bob: Owner;
}

export type KeyKind = "hmac_sha256" | "ed25519" | "rsa_sha256";

/** A key for an account. The private half of a pair never leaves this process. */
export async function keyFor({ operator }: Target, account: number, kind: KeyKind = "hmac_sha256"): Promise<Owner> {
  const asked = { account, kind, permissions: ["read", "trade"] };
  if (kind === "hmac_sha256") {
    const { apiKey, apiSecret } = await operator.must("POST", "/keys", asked);
    return { account, apiKey, secret: apiSecret };
  }
  const pair =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  const { apiKey } = await operator.must("POST", "/keys", { ...asked, publicKey });
  return { account, apiKey, secret: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

async function owner(target: Target, funds: Readonly<Record<string, string>>): Promise<Owner> {
  const name = freshName("C");
  const { id: account } = await target.operator.must("POST", "/accounts", { name });
  for (const [asset, amount] of Object.entries(funds)) {
    await target.operator.must("POST", "/deposits", { account, asset, amount, reference: `${name}-${asset}` });
  }
  return keyFor(target, account);
}

/** An instrument of its own: tick 0.01, lot 0.001, smallest order 5, fees 0.1 %. */
export async function clientMarket(target: Target): Promise<ClientMarket> {
  const [base, quote, id] = [freshName("B"), freshName("Q"), freshName("M")];
  const terms = { tickSize: "0.01", stepSize: "0.001", minNotional: "5" };
  await target.operator.must("POST", "/instruments", { symbol: id, base, quote, ...terms });
  const funds = { [base]: "100", [quote]: "100000" };
  return {
    id,
    symbol: `${base}/${quote}`,
    base,
    quote,
    alice: await owner(target, funds),
    bob: await owner(target, funds),
  };
}

/** Makes clients, and ends them all. */
export class ClientsMade {
  readonly #ends: (() => unknown)[] = [];

  /** Markets are loaded. Without ccxt's own brake: a suite has no reason to be slow. */
  async ccxt(target: Target, credentials: Credentials): Promise<CcxtClient> {
    const client = await documentedCcxt(target.http.origin, credentials);
    client.enableRateLimit = false;
    this.#ends.push(() => client.close());
    await client.loadMarkets();
    return client;
  }

  async binance(target: Target, credentials: Credentials): Promise<BinanceClients> {
    const clients = await documentedBinance(target.http.origin, credentials);
    this.#ends.push(() => {
      clients.streams.closeAll(true);
      clients.api.getWSClient().closeAll(true);
    });
    return clients;
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }
}

export interface CcxtMarket extends ClientMarket {
  readonly a: CcxtClient;
  readonly b: CcxtClient;
}

/** A market whose two traders use ccxt. */
export async function ccxtMarket(target: Target, made: ClientsMade): Promise<CcxtMarket> {
  const market = await clientMarket(target);
  const a = await made.ccxt(target, market.alice);
  return { ...market, a, b: await made.ccxt(target, market.bob) };
}

/** ccxt's types leave it open whether an order has one. */
export function idOf({ id }: { readonly id?: string | undefined }): string {
  if (id === undefined) throw new Error("an order without an id");
  return id;
}

export interface BinanceMarket extends ClientMarket {
  readonly a: BinanceClients;
  readonly b: BinanceClients;
}

/** A market whose two traders use `binance`. */
export async function binanceMarket(target: Target, made: ClientsMade): Promise<BinanceMarket> {
  const market = await clientMarket(target);
  const a = await made.binance(target, market.alice);
  return { ...market, a, b: await made.binance(target, market.bob) };
}
