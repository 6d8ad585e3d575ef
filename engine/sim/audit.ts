/**
 * The audit: reads nothing but events, keeps its own accounts, orders and books, and checks every command's outcome.
 *
 * Shares no code with the core or the reference. Throws AuditFailure, which names the invariant; the list of them is
 * engine/INVARIANTS.md. Cost: about the number of open orders per command, and everything at each sweep.
 */
import type {
  AccountRecord,
  EngineEvent,
  OrderAccepted,
  OrderAmended,
  OrderCanceled,
  OrderExpired,
  TradeExecuted,
} from "../protocol/events.ts";
import { AuditedBook, type AuditedOrder, mayRest } from "./audit-book.ts";
import { must } from "./audit-failure.ts";
import { AuditedMoney } from "./audit-money.ts";

/** Commands between two sweeps over the whole state. */
const SWEEP_EVERY_COMMANDS = 500;

export class Audit {
  readonly books = new Map<number, AuditedBook>();
  readonly accounts = new Map<number, AccountRecord>();
  readonly money = new AuditedMoney();
  #lastSeq = 0;
  #lastTimeUs = 0;
  #commands = 0;
  /** The order that this command took in, and what has become of it so far. */
  #taker: { order: AuditedOrder; isResting: boolean; tookLots: number; prevented: AuditedOrder | null } | null = null;

  /** Takes in all events of one command, in order, and checks what they leave behind. */
  command(events: readonly EngineEvent[]): void {
    this.#taker = null;
    checkShape(events);
    for (const event of events) {
      must(event.seq === this.#lastSeq + 1, "I8", () => `sequence ${event.seq} after ${this.#lastSeq}`);
      must(event.timeUs >= this.#lastTimeUs, "I8", () => `time went back to ${event.timeUs}`);
      this.#lastSeq = event.seq;
      this.#lastTimeUs = event.timeUs;
      this.#event(event);
    }
    this.#checkTakerAtEnd();
    for (const book of this.books.values()) book.checkAtCommandEnd();
    this.money.checkAtCommandEnd((account, asset) => this.#lockedBy(account, asset));
    this.#commands += 1;
    if (this.#commands % SWEEP_EVERY_COMMANDS === 0) this.sweep();
  }

  /** Checks the whole state anew; call it at the end of a session too. */
  sweep(): void {
    this.money.sweep();
    for (const book of this.books.values()) book.sweep();
  }

  #event(event: EngineEvent): void {
    switch (event.type) {
      case "order_accepted":
        this.#accepted(event);
        return;
      case "trade_executed":
        this.#traded(event);
        return;
      case "order_canceled":
        this.#canceled(event);
        return;
      case "order_expired":
        this.#expired(event);
        return;
      case "order_amended":
        this.#amended(event);
        return;
      case "level_changed":
        this.#restIfAnnounced(event.instrument, event.side, event.priceTicks);
        this.#book(event.instrument).checkLevel(event);
        return;
      case "balance_changed":
        this.money.balance(event);
        return;
      case "funds_moved":
        this.money.funds(event);
        return;
      case "instrument_changed": {
        const book = this.books.get(event.instrument.id);
        if (book === undefined) this.books.set(event.instrument.id, new AuditedBook(event.instrument));
        else book.instrument = event.instrument;
        return;
      }
      case "account_changed":
        this.accounts.set(event.account.id, event.account);
        return;
      case "command_rejected":
      case "asset_added":
      case "key_changed":
        return;
    }
  }

  #book(instrument: number): AuditedBook {
    const book = this.books.get(instrument);
    must(book !== undefined, "I13", () => `an event of the unknown instrument ${instrument}`);
    return book;
  }

  #open(book: AuditedBook, orderId: number, account: number): AuditedOrder {
    const order = book.orders.get(orderId);
    must(order?.isOpen === true, "I13", () => `order ${orderId} is not open, yet something happens to it`);
    must(order.accepted.account === account, "I13", () => `order ${orderId} is not account ${account}'s`);
    return order;
  }

  #accepted(event: OrderAccepted): void {
    const book = this.#book(event.instrument);
    const terms = book.instrument;
    must(event.orderId === book.lastOrderId + 1, "I8", () => `order id ${event.orderId} after ${book.lastOrderId}`);
    book.lastOrderId = event.orderId;
    must(this.#taker === null, "I14", () => "one command took in two orders");
    must(terms.status === "trading", "I17", () => `order ${event.orderId} accepted while ${terms.status}`);
    must(this.accounts.get(event.account)?.canTrade === true, "I17", () => `account ${event.account} may not trade`);
    if (event.orderType !== "market") {
      const isPriced = event.priceTicks >= terms.priceTicksMin && event.priceTicks <= terms.priceTicksMax;
      must(isPriced, "I17", () => `order ${event.orderId} at ${event.priceTicks} is outside PRICE_FILTER`);
    }
    const isSized =
      event.quantityLots >= terms.quantityLotsMin &&
      (event.quoteAtoms > 0n || event.quantityLots <= terms.quantityLotsMax);
    must(isSized, "I17", () => `order ${event.orderId} of ${event.quantityLots} is outside LOT_SIZE`);
    const { clientOrderId, quantityLots } = event;
    const order = { accepted: event, clientOrderId, quantityLots, restLots: quantityLots, isOpen: true };
    this.#checkClientId(book, order);
    const open = [...book.orders.values()].filter((other) => other.accepted.account === event.account);
    if (mayRest(order))
      must(open.length < terms.ordersMax, "I19", () => `${open.length + 1} open orders of ${event.account}`);
    book.orders.set(event.orderId, order);
    this.#taker = { order, isResting: false, tookLots: 0, prevented: null };
    this.money.hold(book, order, quantityLots);
  }

  #checkClientId(book: AuditedBook, order: AuditedOrder): void {
    for (const other of book.orders.values()) {
      if (other === order || other.accepted.account !== order.accepted.account) continue;
      must(other.clientOrderId !== order.clientOrderId, "I15", () => `client id ${order.clientOrderId} is open twice`);
    }
  }

  #traded(event: TradeExecuted): void {
    const book = this.#book(event.instrument);
    must(event.tradeId === book.lastTradeId + 1, "I8", () => `trade id ${event.tradeId} after ${book.lastTradeId}`);
    book.lastTradeId = event.tradeId;
    const taker = this.#taker;
    must(taker?.order.accepted.orderId === event.takerOrderId, "I13", () => `${event.takerOrderId} takes, unasked`);
    const order = this.#open(book, event.takerOrderId, event.takerAccount);
    const maker = this.#open(book, event.makerOrderId, event.makerAccount);
    const { side, orderType, selfTradeMode } = order.accepted;
    must(orderType !== "limit_maker", "I11", () => `post-only order ${event.takerOrderId} takes`);
    must(side === event.takerSide && side !== maker.accepted.side, "I13", () => "a trade's sides do not oppose");
    must(
      event.takerAccount !== event.makerAccount || selfTradeMode === "none",
      "I12",
      () => `account ${event.takerAccount} trades with itself under ${selfTradeMode}`,
    );
    must(
      event.priceTicks === maker.accepted.priceTicks,
      "I5",
      () => `trade ${event.tradeId} is not at the maker's price`,
    );
    must(isWithinLimit(order, event.priceTicks), "I5", () => `trade ${event.tradeId} is beyond the taker's limit`);
    this.#checkFirst(book, maker, "trades");
    const isSized = event.quantityLots === Math.min(order.restLots, maker.restLots) && event.quantityLots >= 1;
    must(isSized, "I13", () => `trade ${event.tradeId} of ${event.quantityLots} is not the smaller rest`);
    order.restLots -= event.quantityLots;
    maker.restLots -= event.quantityLots;
    const isLeft = order.restLots === event.takerRemainingLots && maker.restLots === event.makerRemainingLots;
    must(isLeft, "I13", () => `trade ${event.tradeId} names other rests than ${order.restLots} and ${maker.restLots}`);
    taker.tookLots += event.quantityLots;
    this.money.trade(book, event, order, maker);
    if (maker.restLots === 0) close(book, maker);
    else book.markChanged(maker);
    if (order.restLots === 0) close(book, order);
  }

  #checkFirst(book: AuditedBook, maker: AuditedOrder, does: string): void {
    const first = book.firstOf(maker.accepted.side);
    must(
      first === maker,
      "I4",
      () => `order ${maker.accepted.orderId} ${does} before the better or older ${first?.accepted.orderId}`,
    );
  }

  #canceled(event: OrderCanceled): void {
    const book = this.#book(event.instrument);
    const order = this.#open(book, event.orderId, event.account);
    must(
      order !== this.#taker?.order,
      "I13",
      () => `order ${event.orderId} is cancelled by the command that placed it`,
    );
    must(event.remainingLots === order.restLots, "I13", () => `cancel of ${event.orderId} names another rest`);
    this.money.unhold(book, order, order.restLots);
    close(book, order);
  }

  #expired(event: OrderExpired): void {
    const book = this.#book(event.instrument);
    const order = this.#open(book, event.orderId, event.account);
    must(event.remainingLots === order.restLots, "I13", () => `expiry of ${event.orderId} names another rest`);
    const isTaker = order === this.#taker?.order;
    if (event.reason === "self_trade") this.#checkPrevented(book, event, order, isTaker);
    else {
      must(isTaker, "I13", () => `resting order ${event.orderId} expires: ${event.reason}`);
      must(event.counterOrderId === 0 && event.preventedLots === 0, "I13", () => "an expiry names a counter-order");
      checkNothingLeftToTake(book, event, order);
    }
    this.money.unhold(book, order, order.restLots);
    close(book, order);
  }

  #checkPrevented(book: AuditedBook, event: OrderExpired, order: AuditedOrder, isTaker: boolean): void {
    const taker = this.#taker;
    must(taker !== null, "I12", () => `order ${event.orderId} expires for a self-trade without a taker`);
    must(event.preventedLots === order.restLots, "I12", () => `${event.orderId}: prevented is not its whole rest`);
    const mode = taker.order.accepted.selfTradeMode;
    const counter = book.orders.get(event.counterOrderId) ?? taker.prevented;
    must(counter?.accepted.orderId === event.counterOrderId, "I12", () => `${event.orderId}: no such counter-order`);
    must(counter.accepted.account === event.account, "I12", () => `${event.orderId}: the counter is another account's`);
    if (isTaker) {
      must(mode === "expire_taker" || mode === "expire_both", "I12", () => `a taker expires under ${mode}`);
      if (mode === "expire_taker") this.#checkFirst(book, counter, "stops a taker");
      else must(counter === taker.prevented, "I12", () => `${event.counterOrderId} did not expire with its taker`);
      return;
    }
    must(mode === "expire_maker" || mode === "expire_both", "I12", () => `a maker expires under ${mode}`);
    must(counter === taker.order && taker.order.restLots > 0, "I12", () => "a maker expires for a taker that is gone");
    must(isWithinLimit(counter, order.accepted.priceTicks), "I12", () => `${event.orderId} expires beyond the limit`);
    this.#checkFirst(book, order, "expires");
    taker.prevented = order;
  }

  #amended(event: OrderAmended): void {
    const book = this.#book(event.instrument);
    const order = this.#open(book, event.orderId, event.account);
    must(book.instrument.status !== "halt", "I17", () => `order ${event.orderId} is amended while halted`);
    const takenAway = order.quantityLots - event.quantityLots;
    const rest = order.restLots - takenAway;
    must(takenAway > 0 && rest > 0, "I13", () => `amend of ${event.orderId} does not lower it to a rest above 0`);
    must(
      event.remainingLots === rest,
      "I13",
      () => `amend of ${event.orderId} leaves ${rest}, not ${event.remainingLots}`,
    );
    this.money.unhold(book, order, takenAway);
    order.quantityLots = event.quantityLots;
    order.restLots = rest;
    order.clientOrderId = event.clientOrderId;
    this.#checkClientId(book, order);
    book.markChanged(order);
  }

  /** The first level_changed of the taker's own price is the moment at which it rests. */
  #restIfAnnounced(instrument: number, side: "buy" | "sell", priceTicks: number): void {
    const taker = this.#taker;
    if (taker === null || taker.isResting || !taker.order.isOpen || !mayRest(taker.order)) return;
    const { accepted } = taker.order;
    if (accepted.instrument !== instrument || accepted.side !== side || accepted.priceTicks !== priceTicks) return;
    taker.isResting = true;
    this.#book(instrument).add(taker.order);
  }

  #checkTakerAtEnd(): void {
    const taker = this.#taker;
    if (taker === null) return;
    const { order, isResting, tookLots } = taker;
    const { orderId, timeInForce } = order.accepted;
    const isWholeOrNothing = tookLots === 0 || tookLots === order.quantityLots;
    must(timeInForce !== "fok" || isWholeOrNothing, "I10", () => `fok order ${orderId} took ${tookLots}`);
    if (!order.isOpen) return;
    must(mayRest(order), "I13", () => `order ${orderId} may not rest, yet did not end`);
    must(isResting, "I7", () => `order ${orderId} rests, but no level_changed says so`);
  }

  #lockedBy(account: number, asset: number): bigint {
    let sum = this.money.heldForWithdrawal(account, asset);
    for (const book of this.books.values()) {
      const { baseAsset, quoteAsset } = book.instrument;
      for (const order of book.orders.values()) {
        const spent = order.accepted.side === "buy" ? quoteAsset : baseAsset;
        if (order.accepted.account === account && spent === asset)
          sum += AuditedMoney.held(book, order, order.restLots);
      }
    }
    return sum;
  }
}

/** I14: a refusal stands alone, or is one half of a cancel-replace. */
function checkShape(events: readonly EngineEvent[]): void {
  const rejects = events.filter((event) => event.type === "command_rejected").length;
  if (rejects === 0 || events.length === 1) return;
  const canceledFirst = events[0]!.type === "order_canceled" && events[0]!.cause === "cancel_replace";
  const isRefusedPlacement = canceledFirst && rejects === 1 && events[2]?.type === "command_rejected";
  const isRefusedCancel =
    events[0]!.type === "command_rejected" && events[1]!.type === "order_accepted" && rejects === 1;
  const isBoth = rejects === 2 && events.length === 2;
  const places = events.some((event) => event.type === "order_accepted");
  const isLegal = (isRefusedPlacement && !places) || isRefusedCancel || isBoth;
  must(isLegal, "I14", () => `a refusal among ${events.map((event) => event.type).join(", ")}`);
}

function isWithinLimit({ accepted }: AuditedOrder, priceTicks: number): boolean {
  if (accepted.orderType === "market") return true;
  return accepted.side === "buy" ? priceTicks <= accepted.priceTicks : priceTicks >= accepted.priceTicks;
}

function close(book: AuditedBook, order: AuditedOrder): void {
  order.isOpen = false;
  book.orders.delete(order.accepted.orderId);
  book.remove(order);
}

/** I10, I20: an immediate order ends only when the book has nothing more for it, a fok only when it has too little. */
function checkNothingLeftToTake(book: AuditedBook, event: OrderExpired, taker: AuditedOrder): void {
  const { side, timeInForce, orderType, account, selfTradeMode } = taker.accepted;
  const other = side === "buy" ? "sell" : "buy";
  if (event.reason === "fok_unfilled") {
    must(timeInForce === "fok", "I10", () => `order ${event.orderId} is no fok`);
    let reachable = 0n;
    const prices = [...book.queuesOf(other).keys()].sort((a, b) => (side === "buy" ? a - b : b - a));
    walk: for (const price of prices.filter((each) => isWithinLimit(taker, each))) {
      for (const maker of book.queuesOf(other).get(price)!) {
        const isOwn = maker.accepted.account === account && selfTradeMode !== "none";
        if (isOwn && selfTradeMode !== "expire_maker") break walk;
        if (!isOwn) reachable += BigInt(maker.restLots);
      }
    }
    must(reachable < BigInt(taker.quantityLots), "I10", () => `fok ${event.orderId} ended with ${reachable} to take`);
    return;
  }
  const isDue = event.reason === (orderType === "market" ? "insufficient_liquidity" : "ioc_unfilled");
  must(
    isDue && !mayRest(taker) && timeInForce !== "fok",
    "I13",
    () => `order ${event.orderId} expires: ${event.reason}`,
  );
  const best = book.bestPrice(other);
  const isDone = best === null || !isWithinLimit(taker, best);
  must(isDone, "I20", () => `order ${event.orderId} ended with ${best} still to take`);
}
