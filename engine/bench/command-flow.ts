/**
 * A flow of trade commands for one instrument, made by playing it on a core: which orders are open, under what id, decides
 * what comes next. A seed gives the same flow on every machine.
 *
 * Owns: the flow. Does not own: time and command ids, which whoever plays it stamps. Orders rest on both sides of a price
 * that walks. Accounts are drawn evenly, so that some takers meet themselves and the self-trade check decides.
 */
import { Command } from "../core/command.ts";
import { Core } from "../core/core.ts";
import { assert } from "../domain/assert.ts";
import type { InstrumentTerms } from "../domain/instrument.ts";
import { toRecord } from "../protocol/command-codec.ts";
import type { CommandEnvelope, EngineCommand, TradeCommand } from "../protocol/commands.ts";
import { JavaRandom } from "../replay/java-random.ts";

/** Out of a hundred commands; the rest are places. Where an order is too few or too many, places and cancels change roles. */
export interface FlowShares {
  readonly immediate: number;
  readonly cancel: number;
  readonly amend: number;
  readonly replace: number;
}

/** What a venue's feed shows: what is placed is canceled, and a few percent trade. */
export const PLACE_AND_CANCEL: FlowShares = { immediate: 4, cancel: 46, amend: 2, replace: 0 };
/** The shares of exchange-core's generator; its move is a cancel-replace, two commands in one. */
export const EXCHANGE_CORE_SHARES: FlowShares = { immediate: 2, cancel: 7, amend: 7, replace: 72 };

export interface FlowOptions {
  readonly seed: number;
  readonly accounts: number;
  /** The first commands place so many; from then on the book is kept there. */
  readonly restingOrders: number;
  readonly shares: FlowShares;
}

const PRICE_START = 5_000_000;
const PRICE_REACH = 5_000;
const PRICE_STEP = 20;
const SIZE_BASE = 6;
const TEXT_BASE = 36;
/** As an exchange makes them: 22 characters. */
const CLIENT_ID_LENGTH = 22;
/** One percent more or fewer orders than wanted, and the flow leans the other way. */
const LEAN = 1.01;
const FUNDS = { BTC: 100_000n * 10n ** 8n, USDT: 10_000_000n * 10n ** 8n };
const FLOW_TIME_US = 1_000_000;

const TERMS: InstrumentTerms = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  tickE8: 1_000_000,
  lotE8: 1_000,
  priceTicksMin: 1,
  priceTicksMax: 1_000_000_000,
  quantityLotsMin: 1,
  quantityLotsMax: 10 ** 12,
  marketLotsMin: 1,
  marketLotsMax: 10 ** 12,
  notionalMinE8: "1000",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: true,
  notionalMaxAppliesToMarket: false,
  ordersMax: 10 ** 9,
  makerFeeE8: 100_000,
  takerFeeE8: 100_000,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["none", "expire_taker", "expire_maker", "expire_both"],
};
const INSTRUMENT = 0;

/** What has to be there before the flow begins: assets, the instrument, funded accounts 1, 2, 3 … */
export function setUpCommands(accounts: number): readonly EngineCommand[] {
  const commands: EngineCommand[] = [
    { type: "add_asset", name: "BTC", decimals: 8 },
    { type: "add_asset", name: "USDT", decimals: 8 },
    { type: "add_instrument", terms: TERMS },
  ];
  for (let account = 1; account <= accounts; account++) {
    commands.push({ type: "open_account", name: `a${account}` });
    for (const [asset, atoms] of Object.entries(FUNDS))
      commands.push({ type: "deposit", account, asset, atoms, reference: `${account}-${asset}` });
  }
  return commands;
}

export class CommandFlow {
  private readonly options: FlowOptions;
  private readonly random: JavaRandom;
  private readonly core: Core;
  private readonly record = new Command();
  /** Ids of orders that were resting when last seen. */
  private readonly open: number[] = [];
  private reference = PRICE_START;

  constructor(options: FlowOptions) {
    this.options = options;
    this.random = new JavaRandom(options.seed);
    this.core = new Core({ ordersExpected: options.restingOrders + 1024 });
    for (const command of setUpCommands(options.accounts)) this.play(command, "ops");
  }

  next(): TradeCommand {
    const command = this.choose();
    this.play(command, "trade");
    return command;
  }

  private get book() {
    return this.core.state.instruments[INSTRUMENT]!.book;
  }

  private choose(): TradeCommand {
    const { shares, restingOrders } = this.options;
    const live = this.book.orders.live;
    let drawn = this.random.below(100);
    if (live * LEAN < restingOrders) return this.place("gtc");
    if (drawn < shares.immediate) return this.place("ioc");
    drawn -= shares.immediate;
    if (drawn < shares.amend) return this.amend();
    drawn -= shares.amend;
    if (drawn < shares.replace) return this.replace();
    drawn -= shares.replace;
    const isCancel = live > restingOrders * LEAN || (drawn < shares.cancel && live >= restingOrders);
    return isCancel ? this.cancel(this.openOrder()) : this.place("gtc");
  }

  private place(timeInForce: "gtc" | "ioc"): TradeCommand {
    const side = this.random.below(2) === 0 ? "buy" : "sell";
    const sign = side === "buy" ? -1 : 1;
    const unit = this.random.unit();
    this.reference += timeInForce === "ioc" ? -sign * this.random.below(PRICE_STEP) : 0;
    const offset = timeInForce === "ioc" ? -PRICE_REACH : 1 + Math.floor(unit * unit * PRICE_REACH);
    return {
      type: "place_order",
      account: 1 + this.random.below(this.options.accounts),
      keyId: 0,
      ...this.limit(side, timeInForce, this.reference + sign * offset, this.size()),
    };
  }

  private limit(side: "buy" | "sell", timeInForce: "gtc" | "ioc", priceTicks: number, quantityLots: number) {
    return {
      instrument: INSTRUMENT,
      side,
      orderType: "limit",
      timeInForce,
      selfTradeMode: null,
      priceTicks,
      quantityLots,
      quoteAtoms: 0n,
      clientOrderId: this.clientOrderId(),
    } as const;
  }

  private cancel(slot: number): TradeCommand {
    const { orders } = this.book;
    return {
      type: "cancel_order",
      account: orders.account(slot),
      keyId: 0,
      instrument: INSTRUMENT,
      orderId: orders.orderId(slot),
      origClientOrderId: "",
      cancelClientOrderId: this.clientOrderId(),
      restriction: "none",
    };
  }

  private amend(): TradeCommand {
    const { orders } = this.book;
    const slot = this.openOrder();
    const left = orders.remaining(slot);
    if (left === 1) return this.cancel(slot);
    return {
      type: "amend_order",
      account: orders.account(slot),
      keyId: 0,
      instrument: INSTRUMENT,
      orderId: orders.orderId(slot),
      origClientOrderId: "",
      quantityLots: orders.quantity(slot) - 1 - this.random.below(left - 1),
      newClientOrderId: "",
    };
  }

  /** A hundredth of the way to the price that walks, at least a tick. */
  private replace(): TradeCommand {
    const { book } = this;
    const slot = this.openOrder();
    const price = book.priceOf(slot);
    const way = this.reference - price;
    const moved = price + (way < 0 ? -1 : 1) * Math.max(1, Math.ceil(Math.abs(way) / 100));
    const side = book.orders.side(slot) === 0 ? "buy" : "sell";
    return {
      type: "cancel_replace",
      account: book.orders.account(slot),
      keyId: 0,
      ...this.limit(side, "gtc", moved, book.orders.remaining(slot)),
      mode: "stop_on_failure",
      cancelTarget: { orderId: book.orders.orderId(slot), origClientOrderId: "" },
      cancelClientOrderId: this.clientOrderId(),
      restriction: "none",
    };
  }

  private openOrder(): number {
    for (;;) {
      const at = this.random.below(this.open.length);
      const slot = this.book.orders.slotOf(this.open[at]!);
      if (slot !== 0) return slot;
      this.open[at] = this.open[this.open.length - 1]!;
      this.open.pop();
    }
  }

  private size(): number {
    return 1 + this.random.below(SIZE_BASE) * this.random.below(SIZE_BASE) * this.random.below(SIZE_BASE);
  }

  private clientOrderId(): string {
    let text = "";
    while (text.length < CLIENT_ID_LENGTH) text += this.random.below(2 ** 31 - 1).toString(TEXT_BASE);
    return text.slice(0, CLIENT_ID_LENGTH);
  }

  private play(command: EngineCommand, source: CommandEnvelope["source"]): void {
    const { events, instruments } = this.core.state;
    const rejectedBefore = events.nextSeq;
    events.clear();
    const envelope = { commandId: NOBODY, deadlineUs: FLOW_TIME_US, source };
    const before = instruments[INSTRUMENT]?.lastOrderId ?? 0;
    this.core.apply(toRecord(command, envelope, this.record), FLOW_TIME_US);
    assert(events.nextSeq > rejectedBefore, "every command of the flow causes an event");
    const instrument = instruments[INSTRUMENT];
    if (instrument !== undefined && instrument.lastOrderId > before && this.rests(instrument.lastOrderId))
      this.open.push(instrument.lastOrderId);
  }

  private rests(orderId: number): boolean {
    return this.book.orders.slotOf(orderId) !== 0;
  }
}

/** Not remembered. */
const NOBODY = new Uint8Array(16);
