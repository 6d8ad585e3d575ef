/**
 * What a test sends to an exchange and remembers, and the checks that hold it against what the exchange says afterwards:
 * every acknowledged order once, every trade in both traders' lists, every atom.
 */
import { eventually } from "./target.ts";
import { type Answer, HttpClient, Operator, Trader } from "./trader.ts";

export const CLIENTS = 8;
const FUNDS = { base: "100000", quote: "10000000" } as const;
const ORDERS_OPEN_MAX = 100_000;
export const SYMBOL = "KILLUSD";
const PAGE = 1_000;
const BEGUN_WITHIN_MS = 30_000;

export interface Sent {
  readonly trader: number;
  readonly clientOrderId: string;
  /** null: no answer. */
  answer: Answer | null;
  cancelAnswer: Answer | null;
  /** The other leg of its pair. */
  twin?: Sent;
}

export interface World {
  readonly operatorToken: string;
  readonly credentials: readonly { account: number; apiKey: string; apiSecret: string }[];
}

/** An instrument, two funded accounts and their keys. */
export async function prepareWorld(operatorToken: string, origin: string): Promise<World> {
  const http = new HttpClient(origin);
  const operator = new Operator(http, operatorToken);
  const terms = { tickSize: "0.01", stepSize: "0.001", maxNumOrders: ORDERS_OPEN_MAX };
  const instrument = { symbol: SYMBOL, base: "KILL", quote: "USD", ...terms };
  // Separate processes may have just begun: 503 says that nothing was done.
  const made = await eventually(
    () => operator.call("POST", "/instruments", instrument),
    ({ status }) => status !== 503,
    BEGUN_WITHIN_MS,
  );
  if (made.status !== 200) throw new Error(`no instrument to trade: ${JSON.stringify(made)}`);
  const credentials = [];
  for (const name of ["killed-1", "killed-2"]) {
    const { id: account } = await operator.must("POST", "/accounts", { name });
    for (const [asset, amount] of [["KILL", FUNDS.base] as const, ["USD", FUNDS.quote] as const]) {
      await operator.must("POST", "/deposits", { account, asset, amount, reference: `${name}-${asset}` });
    }
    credentials.push(await operator.must("POST", "/keys", { account, permissions: ["read", "trade"] }));
  }
  http.close();
  return { operatorToken, credentials };
}

export function tradersOf(world: World, http: HttpClient): readonly Trader[] {
  return world.credentials.map((credentials) => new Trader(http, credentials));
}

export function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500;
}

/** @returns how many orders without an answer are not there. */
export async function verifyOrders(world: World, origin: string, sent: readonly Sent[]): Promise<number> {
  const http = new HttpClient(origin);
  const traders = tradersOf(world, http);
  let absent = 0;
  const there = new Map<Sent, Answer["body"]>();
  const check = async (order: Sent): Promise<void> => {
    const target = { symbol: SYMBOL, origClientOrderId: order.clientOrderId };
    const found = await traders[order.trader]!.call("GET", "/api/v3/order", target);
    const isThere = found.status === 200;
    if (isThere) there.set(order, found.body);
    if (!isThere && found.body.code !== -2013) throw broken("an order cannot be asked for", order, found);
    const { answer, cancelAnswer } = order;
    if (answer === null || answer.status >= 500) {
      if (!isThere) absent += 1;
    } else if (isRefusal(answer)) {
      if (isThere) throw broken("a refused order is there", order, found);
    } else {
      if (!isThere) throw broken("an acknowledged order is lost", order, found);
      if (found.body.orderId !== answer.body.orderId) throw broken("an order has another id", order, found);
      if (Number(found.body.executedQty) < Number(answer.body.executedQty))
        throw broken("a fill is lost", order, found);
      const mustBeCanceled = cancelAnswer?.status === 200;
      if (mustBeCanceled && found.body.status !== "CANCELED") throw broken("a cancel is lost", order, found);
    }
  };
  const queue = [...sent];
  const worker = async (): Promise<void> => {
    for (let order = queue.pop(); order !== undefined; order = queue.pop()) await check(order);
  };
  await Promise.all(Array.from({ length: CLIENTS }, worker));
  for (const order of sent) if (order.twin !== undefined) verifyPair(order, there.get(order), there.get(order.twin));
  await verifyMoney(world, http);
  http.close();
  return absent;
}

/** Both legs or none, in one list; what one has executed has ended the other. */
function verifyPair(order: Sent, own: Answer["body"], other: Answer["body"]): void {
  const told = { status: 200, body: [own, other] };
  if ((own === undefined) !== (other === undefined)) throw broken("half a list is there", order, told);
  if (own === undefined) return;
  if (own.orderListId < 1 || own.orderListId !== other.orderListId)
    throw broken("a list has lost its legs", order, told);
  const isOpen = other.status === "NEW" || other.status === "PARTIALLY_FILLED";
  if (Number(own.executedQty) > 0 && isOpen) throw broken("both legs of a pair live on", order, told);
}

function broken(what: string, order: Sent, found: Answer): Error {
  return new Error(`${what}: ${JSON.stringify({ order, found })}`);
}

/** Every order once, every trade once and in both traders' lists, every atom. @returns the number of trades. */
export async function verifyWhole(
  world: World,
  origin: string,
  ledger: readonly Sent[],
  absent: number,
): Promise<number> {
  const http = new HttpClient(origin);
  const traders = tradersOf(world, http);
  const known = new Set(ledger.map(({ clientOrderId }) => clientOrderId));
  const found = new Set<string>();
  const fills = new Map<number, number>();
  for (const trader of traders) {
    for (const order of await allPages(trader, "/api/v3/allOrders", "orderId", "orderId")) {
      if (found.has(order.clientOrderId)) throw new Error(`${order.clientOrderId} was executed twice`);
      if (!known.has(order.clientOrderId)) throw new Error(`nobody sent ${order.clientOrderId}`);
      found.add(order.clientOrderId);
    }
    for (const { id } of await allPages(trader, "/api/v3/myTrades", "fromId", "id"))
      fills.set(id, (fills.get(id) ?? 0) + 1);
  }
  const refused = ledger.filter(({ answer }) => answer !== null && isRefusal(answer)).length;
  if (found.size !== ledger.length - refused - absent) {
    throw new Error(`${found.size} orders, not ${ledger.length - refused - absent}`);
  }
  for (let id = 1; id <= fills.size; id++) {
    if (fills.get(id) !== 2) throw new Error(`trade ${id} stands in ${fills.get(id) ?? 0} lists, not in two`);
  }
  for (const { answer } of ledger) {
    for (const fill of answer?.body.fills ?? []) {
      if (!fills.has(fill.tradeId)) throw new Error(`the acknowledged trade ${fill.tradeId} is lost`);
    }
  }
  await verifyMoney(world, http);
  http.close();
  return fills.size;
}

/** Cancels every order: then nothing is held, and nobody waits. @returns how many stops and trailing stops had been fired. */
export async function endAll(world: World, origin: string): Promise<number> {
  const http = new HttpClient(origin);
  let fired = 0;
  for (const trader of tradersOf(world, http)) {
    for (const { type, workingTime } of await allPages(trader, "/api/v3/allOrders", "orderId", "orderId")) {
      if (/^(STOP_LOSS|TAKE_PROFIT)/.test(type) && workingTime > 0) fired += 1;
    }
    const canceled = await trader.call("DELETE", "/api/v3/openOrders", { symbol: SYMBOL });
    if (canceled.status !== 200 && canceled.body.code !== -2011) throw new Error(JSON.stringify(canceled));
    const { body } = await trader.call("GET", "/api/v3/account");
    const held = body.balances.filter(({ locked }: { locked: string }) => atomsOf(locked) !== 0n);
    if (held.length > 0) throw new Error(`held for no order: ${JSON.stringify(held)}`);
    const lists = await trader.call("GET", "/api/v3/openOrderList");
    if (lists.status !== 200 || lists.body.length > 0) throw new Error(`lists go on: ${JSON.stringify(lists)}`);
  }
  http.close();
  return fired;
}

// biome-ignore lint/suspicious/noExplicitAny: rows as they come.
async function allPages(trader: Trader, path: string, from: string, id: string): Promise<any[]> {
  const rows: unknown[] = [];
  for (let next = 1; ; ) {
    const page = await trader.call("GET", path, { symbol: SYMBOL, limit: PAGE, [from]: next });
    if (page.status !== 200) throw new Error(`${path}: ${JSON.stringify(page)}`);
    rows.push(...page.body);
    if (page.body.length < PAGE) return rows;
    next = page.body.at(-1)[id] + 1;
  }
}

async function verifyMoney(world: World, http: HttpClient): Promise<void> {
  const operator = new Operator(http, world.operatorToken);
  const sums: Record<string, bigint> = { KILL: 0n, USD: 0n };
  for (const { id } of await operator.must("GET", "/accounts")) {
    const { balances } = await operator.must("GET", `/accounts/${id}`);
    for (const { asset, free, locked } of balances) {
      if (asset in sums) sums[asset]! += atomsOf(free) + atomsOf(locked);
    }
  }
  const expected = { KILL: 2n * atomsOf(FUNDS.base), USD: 2n * atomsOf(FUNDS.quote) };
  for (const asset of ["KILL", "USD"] as const) {
    if (sums[asset] !== expected[asset]) throw new Error(`${asset} sums to ${sums[asset]}, not ${expected[asset]}`);
  }
}

function atomsOf(decimal: string): bigint {
  const [units = "0", fraction = ""] = decimal.split(".");
  return BigInt(units + fraction.padEnd(8, "0"));
}
