/**
 * Who is in the play. Alice and Bob trade and mean well; Mallory knows everything about Alice that a stranger may come to know
 * (her ids, her API key's name, her listen key) and none of her secrets. Whatever else is Alice's carries a mark that nobody
 * sends but her: a mark in an answer or event that is not hers is a leak. Mallory's marks are held against Alice's the same way.
 */
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { eventually, type Target } from "../target.ts";
import { type Answer, freshName, type HttpClient, type Operator, type Parameters, Trader } from "../trader.ts";

export interface Credentials {
  readonly account: number;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** What Mallory knows of Alice. */
export interface KnownOfAlice {
  readonly apiKey: string;
  readonly account: number;
  readonly numbers: readonly number[];
  readonly clientOrderIds: readonly string[];
  readonly listClientOrderId: string;
  readonly withdrawalId: string;
  readonly withdrawOrderId: string;
  readonly listenKey: string;
}

export interface Cast {
  readonly target: Target;
  readonly alice: Trader;
  readonly bob: Trader;
  readonly mallory: Trader;
  readonly malloryCredentials: Credentials;
  /** Mallory's key of the other kind, that a session logs on with. */
  readonly malloryEd25519: { readonly apiKey: string; readonly privateKey: KeyObject };
  /** A key of Mallory's that may be lost. */
  readonly malloryDisposable: Credentials;
  readonly bobCredentials: Credentials;
  readonly malloryListenKey: string;
  /** Where Alice and Bob trade; Mallory has nothing to trade with there. */
  readonly calm: MarketNames;
  /** Mallory's. */
  readonly playground: MarketNames;
  /** Of which only Alice has any. */
  readonly hoard: string;
  readonly known: KnownOfAlice;
  /** May stand in no answer, event or error but Alice's own. */
  readonly aliceMarks: readonly string[];
  /** May stand in nothing that Alice is told. */
  readonly malloryMark: string;
  /** May stand in no log. */
  readonly secrets: readonly string[];
}

export interface MarketNames {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
}

const MARK_AMOUNT = "98765432.10987654";
const MARK_WITHDRAWAL = "1234567.65432109";
const WITHDRAWAL_WITHIN_MS = 30_000;
const MARK_LEFT = "97530864.45555545";
export const ALL_PERMISSIONS = ["read", "trade", "withdraw"];

/** @throws Error naming the first thing that the exchange would not do. */
export async function assembleCast(target: Target): Promise<Cast> {
  const { operator, http } = target;
  const privateWord = `AlicePrivate${freshName("")}`;
  const malloryMark = `MalloryOwn${freshName("")}`;
  const calm = await market(operator);
  const playground = await market(operator);
  const hoard = freshName("H");
  const hoardMarket = { symbol: freshName("M"), base: hoard, quote: calm.quote };
  await operator.must("POST", "/instruments", { ...hoardMarket, ...TERMS });

  const [aliceAccount, bobAccount, malloryAccount] = [
    await account(operator, `${privateWord}-account`, { [calm.base]: "1000000", [calm.quote]: "100000000" }),
    await account(operator, freshName("bob"), { [calm.base]: "1000000", [calm.quote]: "100000000" }),
    await account(operator, malloryMark, { [playground.base]: "1000000", [playground.quote]: "100000000" }),
  ];
  const deposit = { account: aliceAccount, asset: hoard, amount: MARK_AMOUNT, reference: `${privateWord}-deposit` };
  await operator.must("POST", "/deposits", deposit);
  const aliceKey = await keyOf(operator, aliceAccount, `${privateWord}-label`);
  const aliceOther = await keyOf(operator, aliceAccount, `${privateWord}-other`);
  const bobKey = await keyOf(operator, bobAccount, "bob");
  const malloryKey = await keyOf(operator, malloryAccount, malloryMark);
  const malloryDisposable = await keyOf(operator, malloryAccount, malloryMark);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const ed25519 = await operator.must("POST", "/keys", {
    account: malloryAccount,
    permissions: ALL_PERMISSIONS,
    kind: "ed25519",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  });

  const [alice, bob, mallory] = [aliceKey, bobKey, malloryKey].map((key) => new Trader(http, key)) as [
    Trader,
    Trader,
    Trader,
  ];
  const strategyMark = 7_000_000_000_000_000 + randomBytes(4).readUInt32BE();
  const known = await plant(http, alice, bob, { calm, hoard, privateWord, strategyMark, apiKey: aliceKey.apiKey });
  const malloryListenKey = await listenKeyOf(http, malloryKey.apiKey);
  return {
    target,
    alice,
    bob,
    mallory,
    malloryCredentials: malloryKey,
    malloryEd25519: { apiKey: ed25519.apiKey, privateKey },
    malloryDisposable,
    bobCredentials: bobKey,
    malloryListenKey,
    calm,
    playground,
    hoard,
    known,
    aliceMarks: [privateWord, String(strategyMark), MARK_AMOUNT, MARK_WITHDRAWAL, MARK_LEFT, aliceOther.apiKey],
    malloryMark,
    secrets: [
      ...[aliceKey, aliceOther, bobKey, malloryKey, malloryDisposable].map(({ apiSecret }) => apiSecret),
      ...[target.operatorToken, known.listenKey, malloryListenKey],
    ],
  };
}

const TERMS = { tickSize: "0.01", stepSize: "0.001", minNotional: "5" };

async function market(operator: Operator): Promise<MarketNames> {
  const names = { symbol: freshName("M"), base: freshName("B"), quote: freshName("Q") };
  await operator.must("POST", "/instruments", { ...names, ...TERMS });
  return names;
}

async function account(operator: Operator, name: string, funds: Readonly<Record<string, string>>): Promise<number> {
  const { id } = await operator.must("POST", "/accounts", { name });
  for (const [asset, amount] of Object.entries(funds)) {
    await operator.must("POST", "/deposits", { account: id, asset, amount, reference: `${name}-${asset}` });
  }
  return id;
}

async function keyOf(operator: Operator, owner: number, label: string): Promise<Credentials> {
  const body = { account: owner, permissions: ALL_PERMISSIONS, label };
  const { apiKey, apiSecret } = await operator.must("POST", "/keys", body);
  return { account: owner, apiKey, apiSecret };
}

async function listenKeyOf(http: HttpClient, apiKey: string): Promise<string> {
  return must(await http.send("POST", "/api/v3/userDataStream", { "x-mbx-apikey": apiKey })).listenKey;
}

/** Something of everything that an account can own, each with a mark. */
async function plant(
  http: HttpClient,
  alice: Trader,
  bob: Trader,
  {
    calm: { symbol },
    hoard,
    privateWord,
    strategyMark,
    apiKey,
  }: { calm: MarketNames; hoard: string; privateWord: string; strategyMark: number; apiKey: string },
): Promise<KnownOfAlice> {
  const knownWord = `aliceKnown${freshName("")}`;
  const strategy = { strategyId: strategyMark, strategyType: 1_000_000 };
  const limit = async (price: string, clientOrderId: string): Promise<Answer["body"]> =>
    must(await alice.limit(symbol, "SELL", "1.337", price, { newClientOrderId: clientOrderId, ...strategy }));
  const traded = await limit("100.00", `${privateWord}-1`);
  must(await bob.limit(symbol, "BUY", "1.337", "100.00"));
  const byNumber = await limit("900.00", `${privateWord}-2`);
  const byName = await limit("901.00", `${knownWord}-order`);
  const stop = must(
    await alice.order({
      ...{ symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.337", stopPrice: "1.00" },
      ...{ newClientOrderId: `${privateWord}-3`, ...strategy },
    }),
  );
  const list = must(
    await alice.call("POST", "/api/v3/orderList/oco", {
      ...{ symbol, side: "SELL", quantity: "1.337", listClientOrderId: `${knownWord}-list` },
      ...{ aboveType: "LIMIT_MAKER", abovePrice: "902.00", aboveClientOrderId: `${privateWord}-4` },
      ...{ belowType: "STOP_LOSS", belowStopPrice: "1.00", belowClientOrderId: `${privateWord}-5` },
    }),
  );
  const amend = { symbol, orderId: byNumber.orderId, newQty: "1.336" };
  must(await alice.call("PUT", "/api/v3/order/amend/keepPriority", amend));
  // Tables may still be opening; the same withdrawOrderId again is the same withdrawal.
  const withdrawal = await eventually(
    () =>
      alice.call("POST", "/sapi/v1/capital/withdraw/apply", {
        ...{ coin: hoard, address: `${privateWord}-address`, amount: MARK_WITHDRAWAL },
        withdrawOrderId: `${knownWord}-withdrawal`,
      }),
    ({ status }) => status === 200,
    WITHDRAWAL_WITHIN_MS,
  );
  return {
    apiKey,
    account: alice.account,
    numbers: [traded, byNumber, byName, stop].map(({ orderId }) => orderId).concat(list.orderListId),
    clientOrderIds: [`${knownWord}-order`],
    listClientOrderId: `${knownWord}-list`,
    withdrawalId: withdrawal.body.id,
    withdrawOrderId: `${knownWord}-withdrawal`,
    listenKey: await listenKeyOf(http, apiKey),
  };
}

export function must({ status, body }: Answer): Answer["body"] {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** Everything of Alice's that nobody but her may change, as she sees it. */
export async function possessionsOf({ alice, calm, hoard, known, target }: Cast): Promise<unknown> {
  const ask = async (path: string, parameters: Parameters = {}): Promise<unknown> =>
    must(await alice.call("GET", path, parameters));
  const key = { "x-mbx-apikey": known.apiKey };
  return {
    orders: await ask("/api/v3/openOrders", { symbol: calm.symbol }),
    lists: await ask("/api/v3/openOrderList"),
    keys: await ask("/api/v3/apiKey"),
    withdrawals: await ask("/sapi/v1/capital/withdraw/history"),
    hoard: await alice.balance(hoard),
    // It lives, and is hers.
    listenKey: must(await target.http.send("PUT", `/api/v3/userDataStream?listenKey=${known.listenKey}`, key)),
  };
}

export function hmac(secret: string, payload: string): string {
  return createHmac("sha256", secret).update(Buffer.from(payload, "latin1")).digest("hex");
}
