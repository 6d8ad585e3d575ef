/**
 * What the kill trials send: plain orders, stops, trailing stops, icebergs, and pairs of orders, some canceled again. What
 * came of each is in the ledger (order-ledger.ts), the legs of a pair as two orders that know each other.
 */
import { type Sent, SYMBOL } from "./order-ledger.ts";
import type { Answer, Parameters, Trader } from "./trader.ts";

const PAIR_SHARE = 0.1;
const STOP_SHARE = 0.15;
const TRAILING_SHARE = 0.05;
/** The smallest that is allowed: a tenth of a percent of the middle is half of what prices move about. */
const TRAILING_DELTA = 10;
const ICEBERG_SHARE = 0.1;
const MARKET_SHARE = 0.1;
/** Most of what waits is canceled again: an account may have a hundred of them. */
const CANCEL_SHARE = { working: 0.3, waiting: 0.7 } as const;
const MIDDLE = 100;

export interface Load {
  readonly random: () => number;
  /** What of an iceberg shows cannot be told from its order, so whoever sums the book does without. */
  readonly icebergs: boolean;
}

/** Sends one order or pair, and perhaps its cancel. Rejects when the connection goes; what was sent is in the ledger before. */
export async function sendAny(
  trader: Trader,
  index: number,
  name: string,
  ledger: Sent[],
  load: Load,
): Promise<Answer> {
  if (load.random() < PAIR_SHARE) return sendPair(trader, index, name, ledger, load);
  const sent: Sent = { trader: index, clientOrderId: name, answer: null, cancelAnswer: null };
  ledger.push(sent);
  const order = anyOrder(name, load);
  sent.answer = await trader.order(order);
  const share = String(order.type).startsWith("LIMIT") ? CANCEL_SHARE.working : CANCEL_SHARE.waiting;
  if (sent.answer.body.status === "NEW" && load.random() < share) {
    sent.cancelAnswer = await trader.call("DELETE", "/api/v3/order", { symbol: SYMBOL, origClientOrderId: name });
  }
  return sent.answer;
}

/** A plain one, most often at a limit. */
export function randomOrder(newClientOrderId: string, random: () => number): Parameters {
  const common = { symbol: SYMBOL, newClientOrderId, newOrderRespType: "FULL" };
  const order = { side: randomSide(random), quantity: randomQuantity(random) };
  if (random() < MARKET_SHARE) return { ...common, ...order, type: "MARKET" };
  return { ...common, ...order, type: "LIMIT", timeInForce: "GTC", price: randomPrice(random) };
}

function anyOrder(newClientOrderId: string, { random, icebergs }: Load): Parameters {
  const plain = randomOrder(newClientOrderId, random);
  const { price: _, timeInForce: __, ...order } = plain;
  const kind = random();
  if (kind < TRAILING_SHARE) return { ...order, type: "STOP_LOSS", trailingDelta: TRAILING_DELTA };
  if (kind < TRAILING_SHARE + STOP_SHARE) {
    const type = random() < 0.5 ? "STOP_LOSS" : "TAKE_PROFIT";
    const stopPrice = (MIDDLE + 0.1 * (random() - 0.5)).toFixed(2);
    if (random() < 0.5) return { ...order, type, stopPrice };
    return { ...order, type: `${type}_LIMIT`, timeInForce: "GTC", price: randomPrice(random), stopPrice };
  }
  const isIceberg = icebergs && plain.type === "LIMIT" && random() < ICEBERG_SHARE;
  return isIceberg ? { ...plain, icebergQty: "0.001" } : plain;
}

/** An OCO around the middle: one leg on the book, one that waits. */
async function sendPair(
  trader: Trader,
  index: number,
  name: string,
  ledger: Sent[],
  { random }: Load,
): Promise<Answer> {
  const [below, above] = ["b", "a"].map((leg): Sent => {
    return { trader: index, clientOrderId: `${name}${leg}`, answer: null, cancelAnswer: null };
  }) as [Sent, Sent];
  below.twin = above;
  above.twin = below;
  ledger.push(below, above);
  const side = randomSide(random);
  const isSale = side === "SELL";
  const [low, high] = [MIDDLE - 0.02 - 0.1 * random(), MIDDLE + 0.02 + 0.1 * random()].map((price) => price.toFixed(2));
  const belowOrder = isSale
    ? { belowType: "STOP_LOSS", belowStopPrice: low! }
    : { belowType: "LIMIT_MAKER", belowPrice: low! };
  const aboveOrder = isSale
    ? { aboveType: "LIMIT_MAKER", abovePrice: high! }
    : { aboveType: "STOP_LOSS_LIMIT", aboveStopPrice: high!, abovePrice: high!, aboveTimeInForce: "GTC" };
  const answer = await trader.call("POST", "/api/v3/orderList/oco", {
    symbol: SYMBOL,
    side,
    quantity: randomQuantity(random),
    listClientOrderId: name,
    belowClientOrderId: below.clientOrderId,
    aboveClientOrderId: above.clientOrderId,
    ...belowOrder,
    ...aboveOrder,
  });
  for (const leg of [below, above]) leg.answer = reportOf(answer, leg) ?? answer;
  if (answer.status !== 200 || random() >= CANCEL_SHARE.waiting) return answer;
  const canceled = await trader.call("DELETE", "/api/v3/orderList", { symbol: SYMBOL, listClientOrderId: name });
  for (const leg of [below, above]) {
    const report = reportOf(canceled, leg);
    if (report?.body.status === "CANCELED") leg.cancelAnswer = report;
  }
  return answer;
}

/** The answer of a list as one of its legs would have had it; null: the leg is not in it. */
function reportOf({ status, body }: Answer, { clientOrderId }: Sent): Answer | null {
  const reports: Record<string, unknown>[] = body.orderReports ?? [];
  const report = reports.find((each) => [each.clientOrderId, each.origClientOrderId].includes(clientOrderId));
  return report === undefined ? null : { status, body: report };
}

function randomSide(random: () => number): "BUY" | "SELL" {
  return random() < 0.5 ? "BUY" : "SELL";
}

function randomQuantity(random: () => number): string {
  return (0.001 * (1 + Math.floor(random() * 50))).toFixed(3);
}

function randomPrice(random: () => number): string {
  return (MIDDLE + Math.floor(random() * 40 - 20) / 100).toFixed(2);
}
