/**
 * A bot's account on the exchange: its connection, its open orders, what it holds. Connects again by itself, and begins each
 * time with nothing open: what an earlier connection, or an earlier run, has left is canceled first.
 */
import type { KeyObject } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Side } from "../../../engine/domain/order.ts";
import { parseDecimalE8 } from "../../../engine/protocol/decimal.ts";
import { type ApiAnswer, ApiSession, type Params, type UserEvent } from "./api-session.ts";
import { Backoff } from "./backoff.ts";
import type { BotCounts } from "./bot-counts.ts";
import { type InstrumentPlan, priceText, quantityText } from "./instrument-plans.ts";
import { OwnOrders } from "./own-orders.ts";
import type { QuoteAction, Resting } from "./requote.ts";
import type { Taking } from "./taker.ts";

/** Requests of one connection that wait for an answer; beyond, the next step decides anew. */
const UNDER_WAY_MAX = 48;
/** So many refusals in a row on one instrument: it is halted, or gone. */
const REFUSALS_IN_A_ROW_MAX = 25;
const REST_MS = 5_000;
const BALANCE_TOO_LOW = "Account has insufficient balance for requested action.";

export interface TraderOptions {
  readonly origin: string;
  readonly apiKey: string;
  readonly privateKey: KeyObject;
  readonly symbols: readonly string[];
  readonly counts: BotCounts;
  /** An order was refused for want of this asset. */
  readonly onShort: (asset: string) => void;
}

interface Refusals {
  inARow: number;
  restUntilMs: number;
}

export class Trader {
  /** Resolves when it has once been connected with nothing open, or was stopped before. */
  readonly ready: Promise<void>;
  readonly #options: TraderOptions;
  readonly #orders = new OwnOrders();
  /** Free and held together, in 1e-8. */
  readonly #totals = new Map<string, bigint>();
  readonly #lastTradeIds = new Map<string, number>();
  readonly #refusals = new Map<string, Refusals>();
  readonly #backoff = new Backoff();
  #session: ApiSession | null = null;
  #isReady = false;
  #isStopped = false;
  #ids = 0;
  #idStem = "";
  #noteReady: () => void = () => {};

  constructor(options: TraderOptions) {
    this.#options = options;
    this.ready = new Promise((resolve) => {
      this.#noteReady = resolve;
    });
    this.#connect();
  }

  /** Whether orders on the instrument would be sent now. */
  takesPart(symbol: string, nowMs: number): boolean {
    const resting = (this.#refusals.get(symbol)?.restUntilMs ?? 0) > nowMs;
    return this.#isReady && !resting && (this.#session?.underWay ?? 0) < UNDER_WAY_MAX;
  }

  openOrders(symbol: string): readonly Resting[] {
    return this.#orders.of(symbol);
  }

  /** Free and held together, in 1e-8; null: nothing of it has moved yet. */
  total(asset: string): bigint | null {
    return this.#totals.get(asset) ?? null;
  }

  /** Resolves when it is answered, whatever the answer is, or when nobody can say. */
  async quote(plan: InstrumentPlan, action: QuoteAction): Promise<void> {
    switch (action.type) {
      case "place": {
        const order = { ...action, id: this.#nextId() };
        this.#orders.sent(plan, order);
        await this.#order(plan, order.side, "order.place", limitOrder(plan, order, "GTC"), order.id);
        return;
      }
      case "replace": {
        const order = { ...action, id: this.#nextId() };
        this.#orders.leaving(action.id);
        this.#orders.sent(plan, order);
        const replacing = { cancelReplaceMode: "STOP_ON_FAILURE", cancelOrigClientOrderId: action.id };
        const params = { ...limitOrder(plan, order, "GTC"), ...replacing };
        const { status } = await this.#order(plan, order.side, "order.cancelReplace", params, order.id);
        // It was gone before it could be canceled: its last event may have come before this answer.
        if (status === 400) this.#orders.gone(action.id);
        return;
      }
      case "cancel":
        this.#orders.leaving(action.id);
        await this.#cancel(plan, action.id);
        return;
    }
  }

  /** As `quote`. @returns the id of its last trade; 0: it took nothing, or nobody can say. */
  async take(plan: InstrumentPlan, taking: Taking): Promise<number> {
    const id = this.#nextId();
    const params = { ...limitOrder(plan, { ...taking, id }, "IOC"), newOrderRespType: "FULL" };
    const { result } = await this.#order(plan, taking.side, "order.place", params, null);
    return result?.fills?.at(-1)?.tradeId ?? 0;
  }

  /** Resolves when an event of this trade, or of a later one there, was heard; or after the time, where it is not ours. */
  async heardTrade({ symbol }: InstrumentPlan, tradeId: number, timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    while ((this.#lastTradeIds.get(symbol) ?? 0) < tradeId && performance.now() < deadlineMs) await delay(1);
  }

  /** Resolves when nothing of it is open, or nobody can say. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isReady = false;
    this.#noteReady();
    this.#backoff.stop();
    const session = this.#session;
    if (session === null) return;
    await this.#cancelAll(session);
    session.close();
  }

  #connect(): void {
    const { origin, apiKey, privateKey } = this.#options;
    const opening = ApiSession.open({
      origin,
      apiKey,
      privateKey,
      onEvent: (event) => this.#onEvent(event),
      onClosed: () => this.#onClosed(),
    });
    opening.then(
      (session) => this.#begin(session),
      () => this.#onClosed(),
    );
  }

  async #begin(session: ApiSession): Promise<void> {
    this.#session = session;
    if (this.#isStopped) {
      session.close();
      return;
    }
    this.#idStem = `b${Date.now().toString(36)}`;
    await this.#cancelAll(session);
    this.#orders.clear();
    this.#backoff.succeeded();
    this.#isReady = !this.#isStopped;
    this.#noteReady();
  }

  #onClosed(): void {
    this.#isReady = false;
    this.#session = null;
    this.#orders.clear();
    if (this.#isStopped) return;
    this.#options.counts.reconnected();
    this.#backoff.later(() => this.#connect());
  }

  /** "Unknown order sent." is the answer where nothing is open. */
  async #cancelAll(session: ApiSession): Promise<void> {
    const { symbols } = this.#options;
    await Promise.all(symbols.map((symbol) => session.signed("openOrders.cancelAll", { symbol })));
  }

  async #order(
    plan: InstrumentPlan,
    side: Side,
    method: string,
    params: Params,
    restingId: string | null,
  ): Promise<ApiAnswer> {
    const session = this.#session;
    if (session === null) return { status: 0 };
    const answer = await session.signed(method, params);
    if (answer.status === 0) return answer;
    this.#options.counts.ordered();
    const refusals = this.#refusalsOf(plan.symbol);
    if (answer.status === 200) {
      refusals.inARow = 0;
      return answer;
    }
    if (restingId !== null) this.#orders.gone(restingId);
    this.#options.counts.refused(answer.error?.code ?? 0);
    refusals.inARow += 1;
    if (refusals.inARow >= REFUSALS_IN_A_ROW_MAX) {
      refusals.inARow = 0;
      refusals.restUntilMs = performance.now() + REST_MS;
    }
    if (isShort(answer)) this.#options.onShort(side === "buy" ? plan.quote : plan.base);
    return answer;
  }

  async #cancel({ symbol }: InstrumentPlan, id: string): Promise<void> {
    const answer = await this.#session?.signed("order.cancel", { symbol, origClientOrderId: id });
    if (answer === undefined || answer.status === 0) return;
    this.#options.counts.ordered();
    this.#orders.gone(id);
  }

  #onEvent(event: UserEvent): void {
    if (event.e === "executionReport") {
      this.#orders.heard(event);
      if (event.x === "TRADE") this.#lastTradeIds.set(event.s, event.t);
    }
    if (event.e !== "outboundAccountPosition") return;
    for (const { a, f, l } of event.B) this.#noteTotal(a, f, l);
  }

  #noteTotal(asset: string, free: string, locked: string): void {
    const [one, other] = [parseDecimalE8(free), parseDecimalE8(locked)];
    if (one.outcome === "ok" && other.outcome === "ok") this.#totals.set(asset, one.valueE8 + other.valueE8);
  }

  #refusalsOf(symbol: string): Refusals {
    const known = this.#refusals.get(symbol);
    if (known !== undefined) return known;
    const made = { inARow: 0, restUntilMs: 0 };
    this.#refusals.set(symbol, made);
    return made;
  }

  #nextId(): string {
    this.#ids += 1;
    return `${this.#idStem}-${this.#ids.toString(36)}`;
  }
}

function limitOrder(plan: InstrumentPlan, order: Resting, timeInForce: "GTC" | "IOC"): Params {
  return {
    symbol: plan.symbol,
    side: order.side === "buy" ? "BUY" : "SELL",
    type: "LIMIT",
    timeInForce,
    price: priceText(plan, order.priceTicks),
    quantity: quantityText(plan, order.lots),
    newClientOrderId: order.id,
    newOrderRespType: "ACK",
  };
}

/** Of a cancelReplace, the reason stands beside the new order. */
function isShort(answer: ApiAnswer): boolean {
  const data = (answer.error as { data?: { newOrderResponse?: { msg?: string } } } | undefined)?.data;
  return (data?.newOrderResponse?.msg ?? answer.error?.msg) === BALANCE_TOO_LOW;
}
