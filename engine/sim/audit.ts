/**
 * The audit: reads nothing but events, keeps its own accounts, orders and books, and checks every command's outcome.
 *
 * Shares no code with the core or the reference. Throws AuditFailure, which names the invariant; the list of them is
 * engine/INVARIANTS.md. Cost: about the number of open orders per command, and everything at each sweep.
 */
import type {
  AccountRecord,
  EngineEvent,
  LevelChanged,
  OrderAccepted,
  OrderActivated,
  OrderAmended,
  OrderCanceled,
  OrderExpired,
  TradeExecuted,
  TradePrevented,
} from "../protocol/events.ts";
import { AuditedBook, type AuditedOrder, mayRest, shownOf } from "./audit-book.ts";
import {
  checkAcceptance,
  checkDecremented,
  checkEndUnasked,
  checkShape,
  checkTakerAtEnd,
  isWithinLimit,
  type Taker,
} from "./audit-checks.ts";
import { must } from "./audit-failure.ts";
import { holdOf } from "./audit-holds.ts";
import { AuditedLimits } from "./audit-limits.ts";
import { AuditedLists } from "./audit-lists.ts";
import { AuditedMoney } from "./audit-money.ts";
import { AuditedTriggers } from "./audit-triggers.ts";

/** Commands between two sweeps over the whole state. */
const SWEEP_EVERY_COMMANDS = 500;

export class Audit {
  readonly books = new Map<number, AuditedBook>();
  readonly accounts = new Map<number, AccountRecord>();
  readonly money = new AuditedMoney();
  readonly lists = new AuditedLists();
  readonly limits = new AuditedLimits();
  readonly #triggers = new Map<AuditedBook, AuditedTriggers>();
  #lastSeq = 0;
  #lastTimeUs = 0;
  #commands = 0;
  /** The order that works last, of this command: it alone may take. */
  #taker: Taker | null = null;
  /** All that began to work in this command. */
  readonly #takers: Taker[] = [];
  /** Orders to which something happened in this command. */
  readonly #touched = new Map<AuditedOrder, AuditedBook>();
  #before: EngineEvent | null = null;

  /** Takes in all events of one command, in order, and checks what they leave behind. */
  command(events: readonly EngineEvent[]): void {
    this.#taker = null;
    this.#takers.length = 0;
    this.#touched.clear();
    this.#before = null;
    checkShape(events);
    for (const event of events) {
      must(event.seq === this.#lastSeq + 1, "I8", () => `sequence ${event.seq} after ${this.#lastSeq}`);
      must(event.timeUs >= this.#lastTimeUs, "I8", () => `time went back to ${event.timeUs}`);
      this.#lastSeq = event.seq;
      this.#lastTimeUs = event.timeUs;
      this.#event(event);
      this.#before = event;
    }
    for (const taker of this.#takers) checkTakerAtEnd(taker);
    for (const order of this.#touched.keys()) {
      must(
        !order.isOpen || order.restLots > 0,
        "I13",
        () => `order ${order.accepted.orderId} is open with nothing left`,
      );
    }
    for (const [order, book] of this.#touched) this.money.hold(book, order, holdOf(book, this.lists, order));
    for (const book of this.books.values()) book.checkAtCommandEnd();
    for (const triggers of this.#triggers.values()) triggers.checkAtCommandEnd();
    this.lists.checkAtCommandEnd();
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
      case "order_activated":
        this.#activated(event);
        return;
      case "trade_prevented":
        this.#prevented(event);
        return;
      case "order_list_changed":
        this.lists.changed(event);
        return;
      case "level_changed":
        this.#restIfAnnounced(event);
        this.#book(event.instrument).checkLevel(event);
        return;
      case "balance_changed":
        this.money.balance(event);
        return;
      case "funds_moved":
        this.money.funds(event);
        return;
      case "withdrawals_frozen":
        this.money.isFrozen = event.frozen;
        return;
      case "exchange_limits_changed":
        this.limits.changed(event.limits);
        return;
      case "instrument_changed": {
        const known = this.books.get(event.instrument.id);
        if (known !== undefined) {
          known.instrument = event.instrument;
          return;
        }
        const book = new AuditedBook(event.instrument);
        this.books.set(event.instrument.id, book);
        this.#triggers.set(book, new AuditedTriggers());
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
    this.#touched.set(order, book);
    return order;
  }

  #accepted(event: OrderAccepted): void {
    const book = this.#book(event.instrument);
    must(event.orderId === book.lastOrderId + 1, "I8", () => `order id ${event.orderId} after ${book.lastOrderId}`);
    book.lastOrderId = event.orderId;
    const isLeg = (event.special?.orderListId ?? 0) !== 0;
    must(this.#takers.length === 0 || isLeg, "I14", () => "one command took in two orders");
    must(this.accounts.get(event.account)?.canTrade === true, "I17", () => `account ${event.account} may not trade`);
    checkAcceptance(book.instrument, event);
    const { clientOrderId, quantityLots } = event;
    const order: AuditedOrder = {
      accepted: event,
      clientOrderId,
      quantityLots,
      restLots: quantityLots,
      executedLots: 0,
      preventedLots: 0,
      partLots: 0,
      phase: event.special?.phase ?? "working",
      isOpen: true,
    };
    this.#checkClientId(book, order);
    book.orders.set(event.orderId, order);
    this.#touched.set(order, book);
    this.lists.accepted(order);
    this.limits.accepted(this.books, this.lists, book, order);
    if (order.phase === "working") this.#works(order);
    else this.#triggers.get(book)!.begins(order);
  }

  #works(order: AuditedOrder): void {
    this.#taker = { order, isResting: false, tookLots: 0, prevented: null };
    this.#takers.push(this.#taker);
  }

  #activated(event: OrderActivated): void {
    const book = this.#book(event.instrument);
    const triggers = this.#triggers.get(book)!;
    triggers.see();
    const order = this.#open(book, event.orderId, event.account);
    const before = order.phase;
    must(
      before !== "working" && before !== event.phase,
      "I13",
      () => `${before} order ${event.orderId}: ${event.phase}`,
    );
    order.phase = event.phase;
    if (order.phase === "working") this.#works(order);
    if (before === "pending" && order.phase !== "working") triggers.begins(order);
    triggers.activated(order, before);
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
    this.#checkMeeting(book, order, maker, event.priceTicks, "trades");
    const isSized = event.quantityLots === Math.min(order.restLots, shownOf(maker)) && event.quantityLots >= 1;
    must(isSized, "I13", () => `trade ${event.tradeId} of ${event.quantityLots} is not the smaller rest`);
    this.limits.traded(event, order, maker);
    order.executedLots += event.quantityLots;
    maker.executedLots += event.quantityLots;
    this.#lose(book, event, order, maker);
    taker.tookLots += event.quantityLots;
    this.money.trade(book, event, order, maker);
    this.#triggers.get(book)!.traded(event.priceTicks);
    if (maker.restLots === 0) close(book, maker);
    if (order.restLots === 0) close(book, order);
  }

  /** Under decrement: as a trade, but nobody pays. Who has nothing left ends by an event of its own. */
  #prevented(event: TradePrevented): void {
    const book = this.#book(event.instrument);
    const taker = this.#taker;
    must(taker?.order.accepted.orderId === event.takerOrderId, "I13", () => `${event.takerOrderId} takes, unasked`);
    const order = this.#open(book, event.takerOrderId, event.account);
    const maker = this.#open(book, event.makerOrderId, event.account);
    const { selfTradeMode } = order.accepted;
    const isDue = selfTradeMode === "decrement" || selfTradeMode === "transfer";
    must(isDue && event.selfTradeMode === selfTradeMode, "I12", () => `prevented under ${selfTradeMode}`);
    this.#checkMeeting(book, order, maker, event.priceTicks, "is prevented");
    const isSized = event.preventedLots === Math.min(order.restLots, shownOf(maker)) && event.preventedLots >= 1;
    must(isSized, "I12", () => `${event.takerOrderId} lost ${event.preventedLots}, not the smaller rest`);
    order.preventedLots += event.preventedLots;
    maker.preventedLots += event.preventedLots;
    this.#lose(book, event, order, maker);
    taker.prevented = maker;
  }

  #checkMeeting(book: AuditedBook, taker: AuditedOrder, maker: AuditedOrder, priceTicks: number, does: string): void {
    const { orderId } = maker.accepted;
    must(priceTicks === maker.accepted.priceTicks, "I5", () => `order ${orderId} ${does} beside its price`);
    must(isWithinLimit(taker, priceTicks), "I5", () => `order ${orderId} ${does} beyond the taker's limit`);
    this.#checkFirst(book, maker, does);
  }

  #lose(book: AuditedBook, event: TradeExecuted | TradePrevented, taker: AuditedOrder, maker: AuditedOrder): void {
    const lots = event.type === "trade_executed" ? event.quantityLots : event.preventedLots;
    taker.restLots -= lots;
    maker.restLots -= lots;
    const isLeft = taker.restLots === event.takerRemainingLots && maker.restLots === event.makerRemainingLots;
    must(isLeft, "I13", () => `event ${event.seq} names other rests than ${taker.restLots} and ${maker.restLots}`);
    book.lost(maker, lots);
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
      this.#takers.every((taker) => taker.order !== order),
      "I13",
      () => `order ${event.orderId} is cancelled by the command that placed it`,
    );
    must(event.remainingLots === order.restLots, "I13", () => `cancel of ${event.orderId} names another rest`);
    close(book, order);
  }

  #expired(event: OrderExpired): void {
    const book = this.#book(event.instrument);
    const order = this.#open(book, event.orderId, event.account);
    must(event.remainingLots === order.restLots, "I13", () => `expiry of ${event.orderId} names another rest`);
    const isTaker = order === this.#taker?.order;
    if (event.reason !== "self_trade") checkEndUnasked(book, event, order, isTaker ? this.#taker : null);
    else if (event.remainingLots === 0) checkDecremented(event, order, this.#taker, this.#before);
    else this.#checkPrevented(book, event, order, isTaker);
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
    order.quantityLots = event.quantityLots;
    order.restLots = rest;
    order.clientOrderId = event.clientOrderId;
    this.#checkClientId(book, order);
    book.markChanged(order);
  }

  /** A level of a working order's own price that changes with nobody leaving it right before: there it comes to rest. */
  #restIfAnnounced({ instrument, side, priceTicks }: LevelChanged): void {
    const before = this.#before?.type;
    if (before === "order_expired" || before === "order_canceled" || before === "order_amended") return;
    for (const taker of this.#takers) {
      const { accepted, isOpen } = taker.order;
      if (taker.isResting || !isOpen || !mayRest(taker.order)) continue;
      if (accepted.instrument !== instrument || accepted.side !== side || accepted.priceTicks !== priceTicks) continue;
      taker.isResting = true;
      this.#book(instrument).add(taker.order);
      return;
    }
  }

  #lockedBy(account: number, asset: number): bigint {
    let sum = this.money.heldForWithdrawal(account, asset);
    for (const book of this.books.values()) {
      const { baseAsset, quoteAsset } = book.instrument;
      for (const order of book.orders.values()) {
        const spent = order.accepted.side === "buy" ? quoteAsset : baseAsset;
        if (order.accepted.account === account && spent === asset) sum += holdOf(book, this.lists, order);
      }
    }
    return sum;
  }
}

function close(book: AuditedBook, order: AuditedOrder): void {
  order.isOpen = false;
  book.orders.delete(order.accepted.orderId);
  book.remove(order);
}
