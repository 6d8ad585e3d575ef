/**
 * The reference's state: plain objects in arrays and Maps, amounts in bigint, nothing derived and nothing indexed.
 *
 * Shape: an order is open exactly while it stands in its market's `open`, by order id; it may trade exactly while it
 * stands in `book`, too, which is in order of priority at each price. What a working order holds is computed from its
 * price and rest; only orders that wait keep what they hold. Source of every rule: engine/core/RULES.md.
 */
import { type Asset, type ExchangeLimits, FEE_ACCOUNT, type Instrument, NO_LIMITS } from "../domain/instrument.ts";
import type {
  ListContingency,
  OrderConditions,
  OrderPhase,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../domain/order.ts";
import type { EngineEvent, KeyRecord } from "../protocol/events.ts";
import { NO_COUNTS, type OrderCountWindows } from "./reference-counts.ts";

/** An event before the command's end gives it its number and its time. */
export type EventBody = EngineEvent extends infer E
  ? E extends EngineEvent
    ? Omit<E, "seq" | "timeUs">
    : never
  : never;

export interface Balance {
  free: bigint;
  locked: bigint;
}

export interface Account {
  readonly id: number;
  readonly name: string;
  canTrade: boolean;
  canWithdraw: boolean;
  /** By asset id. */
  readonly balances: Map<number, Balance>;
  readonly orderCounts: OrderCountWindows;
}

/** The words of an order: what its request said and never changes. */
export interface OrderWords {
  readonly account: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly priceTicks: number;
  readonly conditions: OrderConditions;
}

export interface Order extends OrderWords {
  readonly orderId: number;
  clientOrderId: string;
  quantityLots: number;
  executedLots: number;
  /** Lost to orders of its own account, under decrement. */
  preventedLots: number;
  phase: OrderPhase;
  readonly orderListId: number;
  /** Of an iceberg on the book: what is left of the part that shows. */
  partLots: number;
  /** What an order that waits or tracks holds; 0 in the other phases. */
  waitingHoldAtoms: bigint;
  /** The best price that a tracking order has seen; 0: none yet. */
  watermarkTicks: number;
  amends: number;
}

export interface OrderList {
  readonly orderListId: number;
  readonly instrument: number;
  readonly account: number;
  readonly contingency: ListContingency;
  readonly listClientOrderId: string;
  /** In the order of the legs. */
  readonly legs: readonly Order[];
  /** oto, otoco: until the working order is closed. */
  isPhaseOne: boolean;
  /** A pair: which leg lives on is decided. */
  isDecided: boolean;
}

export interface MinuteOfTrades {
  readonly minute: number;
  /** Doubles on purpose: the rule says so. */
  priceTimesLots: number;
  lots: number;
}

export interface Market {
  instrument: Instrument;
  /** Open orders of both sides and every phase, by order id. */
  readonly open: Order[];
  /** Those that rest, in order of arrival there; an iceberg's new part arrives anew. */
  readonly book: Order[];
  lastOrderId: number;
  lastTradeId: number;
  lastUpdateId: number;
  /** 0 before the first trade. */
  lastTradePriceTicks: number;
  /** Oldest first; empty while no average is asked for. */
  minutes: MinuteOfTrades[];
}

export interface Withdrawal {
  readonly account: number;
  readonly asset: number;
  readonly atoms: bigint;
  state: "held" | "settled" | "released";
}

export interface State {
  lastSeq: number;
  readonly assets: Asset[];
  readonly markets: Market[];
  readonly accounts: Account[];
  readonly keys: KeyRecord[];
  readonly depositReferences: Set<string>;
  readonly withdrawals: Map<string, Withdrawal>;
  isFrozen: boolean;
  limits: ExchangeLimits;
  /** Lists with an open leg, by id. */
  readonly lists: OrderList[];
  lastOrderListId: number;
  /** Command id in hex → the deadline until which it is remembered. */
  readonly remembered: Map<string, number>;
}

export function newAccount(id: number, name: string): Account {
  const isFees = id === FEE_ACCOUNT;
  return { id, name, canTrade: !isFees, canWithdraw: true, balances: new Map(), orderCounts: { ...NO_COUNTS } };
}

export function emptyState(): State {
  return {
    lastSeq: 0,
    assets: [],
    markets: [],
    accounts: [newAccount(FEE_ACCOUNT, "fees")],
    keys: [],
    depositReferences: new Set(),
    withdrawals: new Map(),
    isFrozen: false,
    limits: NO_LIMITS,
    lists: [],
    lastOrderListId: 0,
    remembered: new Map(),
  };
}

export function balanceOf(state: State, account: number, asset: number): Balance {
  const { balances } = state.accounts[account]!;
  let balance = balances.get(asset);
  if (balance === undefined) {
    balance = { free: 0n, locked: 0n };
    balances.set(asset, balance);
  }
  return balance;
}

/** Everything of one asset that the accounts own, held or free. */
export function totalOf(state: State, asset: number): bigint {
  let total = 0n;
  for (const account of state.accounts) {
    const balance = account.balances.get(asset);
    if (balance !== undefined) total += balance.free + balance.locked;
  }
  return total;
}

export const restOf = (order: Order): number => order.quantityLots - order.executedLots - order.preventedLots;

/** What others see of an order on the book. */
export const shownOf = (order: Order): number => (order.conditions.icebergLots === 0 ? restOf(order) : order.partLots);

export function quoteOf(market: Market, priceTicks: number, lots: number): bigint {
  return BigInt(priceTicks) * BigInt(lots) * BigInt(market.instrument.quoteAtomsPerTickLot);
}

export function baseOf(market: Market, lots: number): bigint {
  return BigInt(lots) * BigInt(market.instrument.baseAtomsPerLot);
}

/** What `lots` of an order that may rest hold: at its own limit, whatever it will trade at. */
export function heldFor(market: Market, side: Side, priceTicks: number, lots: number): bigint {
  return side === "buy" ? quoteOf(market, priceTicks, lots) : baseOf(market, lots);
}

export function spentAsset(market: Market, side: Side): number {
  return side === "buy" ? market.instrument.quoteAsset : market.instrument.baseAsset;
}

export function receivedAsset(market: Market, side: Side): number {
  return side === "buy" ? market.instrument.baseAsset : market.instrument.quoteAsset;
}

const STOP_TYPES: readonly OrderType[] = ["stop_loss", "stop_loss_limit", "take_profit", "take_profit_limit"];
/** Taken at any price, once they work. */
const MARKET_KINDS: readonly OrderType[] = ["market", "stop_loss", "take_profit"];

type Typed = { readonly orderType: OrderType };
export const isStopType = ({ orderType }: Typed): boolean => STOP_TYPES.includes(orderType);
export const isMarketKind = ({ orderType }: Typed): boolean => MARKET_KINDS.includes(orderType);

/** Whether an order may come to rest in the book, and so holds what it would spend. */
export function canRest(order: Typed & { readonly timeInForce: TimeInForce }): boolean {
  return !isMarketKind(order) && order.timeInForce === "gtc";
}

/** Collects what one command does: its events in order, and whose money it touched in which order. */
export class Turn {
  readonly state: State;
  readonly timeUs: number;
  readonly events: EventBody[] = [];
  readonly touched: { readonly account: number; readonly asset: number }[] = [];

  constructor(state: State, timeUs: number) {
    this.state = state;
    this.timeUs = timeUs;
  }

  /** The balance, to be changed by the caller; its absolute values are announced at the end. */
  touch(account: number, asset: number): Balance {
    if (!this.touched.some((seen) => seen.account === account && seen.asset === asset)) {
      this.touched.push({ account, asset });
    }
    return balanceOf(this.state, account, asset);
  }

  /** The level's total as it is now: what shows. */
  announceLevel(market: Market, side: Side, priceTicks: number): void {
    let quantityLots = 0;
    for (const order of market.book) {
      if (order.side === side && order.priceTicks === priceTicks) quantityLots += shownOf(order);
    }
    market.lastUpdateId += 1;
    const { id } = market.instrument;
    const updateId = market.lastUpdateId;
    this.events.push({ type: "level_changed", instrument: id, updateId, side, priceTicks, quantityLots });
  }

  announceList(list: OrderList, status: "exec_started" | "updated" | "all_done"): void {
    const { instrument, orderListId, account, contingency, listClientOrderId, legs } = list;
    const orderIds = legs.map(({ orderId }) => orderId);
    const words = { instrument, orderListId, account, contingency, status, listClientOrderId, orderIds };
    this.events.push({ type: "order_list_changed", ...words });
  }

  finish(): EngineEvent[] {
    for (const { account, asset } of this.touched) {
      const { free, locked } = balanceOf(this.state, account, asset);
      this.events.push({ type: "balance_changed", account, asset, freeAtoms: free, lockedAtoms: locked });
    }
    return this.events.map((body) => {
      this.state.lastSeq += 1;
      return { ...body, seq: this.state.lastSeq, timeUs: this.timeUs } as EngineEvent;
    });
  }
}
