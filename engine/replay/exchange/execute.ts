/**
 * Puts a plan to a running exchange, step by step on one connection, and compares each answer with the core's.
 */
import type { Progress } from "../progress.ts";
import { type Answer, type ExchangeClient, ExchangeUnreachable, type Parameters, pause } from "./http-client.ts";
import { decimalOf, integerOf, type Market } from "./market.ts";
import type { PlacedStep, PlanStep } from "./plan.ts";

/** How long a read may trail the write before it counts as different (the read port is at most 1 s old). */
const READ_TRIES_MAX = 40;
const READ_PAUSE_MS = 50;
const DIFFERENCES_KEPT = 5;

export interface TapeRow {
  readonly tradeId: number;
  readonly timeMs: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly buyerIsMaker: boolean;
}

export interface Execution {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly stepsDiffering: number;
  readonly observations: { readonly made: number; readonly equal: number };
  readonly tape: readonly TapeRow[];
  /** The first few differences, in words. */
  readonly differences: readonly string[];
}

/** The parts of an order's answer that are compared. */
interface OrderAnswer {
  readonly orderId?: unknown;
  readonly transactTime?: unknown;
  readonly fills?: readonly { readonly price?: unknown; readonly qty?: unknown; readonly tradeId?: unknown }[];
}

export async function execute(
  client: ExchangeClient,
  market: Market,
  steps: readonly PlanStep[],
  progress: Progress,
): Promise<Execution> {
  const { symbol, decimals } = market;
  const orderIds = new Map<number, number>();
  const tape: TapeRow[] = [];
  const differences: string[] = [];
  const observations = { made: 0, equal: 0 };
  let requests = 0;
  let stepsDiffering = 0;

  const differ = (step: PlanStep, answer: Answer): void => {
    stepsDiffering += 1;
    if (differences.length < DIFFERENCES_KEPT)
      differences.push(`${JSON.stringify(step)} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  const order = (step: PlacedStep, placement: number, timeInForce: string): Parameters => ({
    symbol,
    side: step.side.toUpperCase(),
    type: "LIMIT",
    timeInForce,
    quantity: decimalOf(step.quantityLots, decimals.lotDecimals),
    price: decimalOf(step.priceTicks, decimals.priceDecimals),
    newClientOrderId: `o${placement}`,
    newOrderRespType: "FULL",
    selfTradePreventionMode: "NONE",
  });

  /** Notes an order's fills on the tape. @returns whether they are the planned ones. */
  const taken = (step: PlacedStep, placement: number, body: OrderAnswer): boolean => {
    orderIds.set(placement, Number(body.orderId));
    const fills = body.fills ?? [];
    let same = fills.length === step.fills.length;
    for (const [index, fill] of fills.entries()) {
      const priceTicks = integerOf(fill.price, decimals.priceDecimals);
      const lots = integerOf(fill.qty, decimals.lotDecimals);
      const expected = step.fills[index];
      if (expected?.priceTicks !== priceTicks || expected.quantityLots !== lots) same = false;
      tape.push({
        tradeId: Number(fill.tradeId),
        timeMs: Number(body.transactTime),
        priceTicks,
        lots,
        buyerIsMaker: step.side === "sell",
      });
    }
    return same;
  };

  const observe = async (bid: number, ask: number): Promise<void> => {
    observations.made += 1;
    for (let attempt = 1; attempt <= READ_TRIES_MAX; attempt++) {
      requests += 1;
      const { body } = await client.read("/api/v3/ticker/bookTicker", { symbol });
      const best = body as { bidPrice?: unknown; askPrice?: unknown };
      const same =
        integerOf(best.bidPrice, decimals.priceDecimals) === bid &&
        integerOf(best.askPrice, decimals.priceDecimals) === ask;
      if (same) {
        observations.equal += 1;
        return;
      }
      await pause(READ_PAUSE_MS);
    }
  };

  const perform = async (step: PlanStep): Promise<void> => {
    if (step.type === "observe") {
      await observe(step.bid, step.ask);
      return;
    }
    requests += 1;
    if (step.type === "place") {
      const parameters = order(step, step.placement, step.timeInForce.toUpperCase());
      const answer = await client.signed("POST", "/api/v3/order", parameters);
      stopOnUnknown(answer);
      if (answer.status !== 200 || !taken(step, step.placement, answer.body as OrderAnswer)) differ(step, answer);
      return;
    }
    if (step.type === "replace") {
      const answer = await client.signed("POST", "/api/v3/order/cancelReplace", {
        ...order(step, step.placement, "GTC"),
        cancelReplaceMode: "STOP_ON_FAILURE",
        cancelOrderId: orderIds.get(step.cancelled) ?? 0,
      });
      stopOnUnknown(answer);
      const { newOrderResponse } = answer.body as { newOrderResponse?: OrderAnswer };
      if (answer.status !== 200 || !taken(step, step.placement, newOrderResponse ?? {})) differ(step, answer);
      return;
    }
    const orderId = orderIds.get(step.placement) ?? 0;
    const answer =
      step.type === "cancel"
        ? await client.signed("DELETE", "/api/v3/order", { symbol, orderId })
        : await client.signed("PUT", "/api/v3/order/amend/keepPriority", {
            symbol,
            orderId,
            newQty: decimalOf(step.quantityLots, decimals.lotDecimals),
          });
    stopOnUnknown(answer);
    if (answer.status !== 200) differ(step, answer);
  };

  const started = performance.now();
  for (const [index, step] of steps.entries()) {
    progress.at(index);
    await perform(step);
  }
  const elapsedMs = performance.now() - started;
  return { requests, elapsedMs, stepsDiffering, observations, tape, differences };
}

/** A 5xx says that the outcome is unknown; after it nothing that follows means anything. */
function stopOnUnknown(answer: Answer): void {
  if (answer.status >= 500)
    throw new ExchangeUnreachable(`the exchange answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
