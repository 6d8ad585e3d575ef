/**
 * The reference's state: plain objects in arrays and Maps, amounts in bigint, nothing derived and nothing indexed.
 *
 * Shape: an order is open exactly while it stands in its market's `open`, which is in order of arrival. What an order
 * holds is computed from its price and rest, never stored. Source of every rule: engine/core/RULES.md.
 */
import { type Asset, FEE_ACCOUNT, type Instrument } from "../domain/instrument.ts";
import type { OrderType, SelfTradeMode, Side, TimeInForce } from "../domain/order.ts";
import type { EngineEvent, KeyRecord } from "../protocol/events.ts";

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
}

export interface Order {
  readonly orderId: number;
  readonly account: number;
  clientOrderId: string;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly priceTicks: number;
  quantityLots: number;
  executedLots: number;
}

export interface Market {
  instrument: Instrument;
  /** Open orders of both sides in order of arrival. */
  readonly open: Order[];
  lastOrderId: number;
  lastTradeId: number;
  lastUpdateId: number;
  /** 0 before the first trade. */
  lastTradePriceTicks: number;
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
  /** Command id in hex → the deadline until which it is remembered. */
  readonly remembered: Map<string, number>;
}

export function emptyState(): State {
  const fees: Account = { id: FEE_ACCOUNT, name: "fees", canTrade: false, canWithdraw: true, balances: new Map() };
  return {
    lastSeq: 0,
    assets: [],
    markets: [],
    accounts: [fees],
    keys: [],
    depositReferences: new Set(),
    withdrawals: new Map(),
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

export const restOf = (order: Order): number => order.quantityLots - order.executedLots;

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

/** Whether an order may stay in the book, and so holds what it would spend. */
export function canRest(order: { readonly orderType: OrderType; readonly timeInForce: TimeInForce }): boolean {
  return order.orderType === "limit_maker" || (order.orderType === "limit" && order.timeInForce === "gtc");
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

  /** The level's total as it is now. */
  announceLevel(market: Market, side: Side, priceTicks: number): void {
    let quantityLots = 0;
    for (const order of market.open) {
      if (order.side === side && order.priceTicks === priceTicks) quantityLots += restOf(order);
    }
    market.lastUpdateId += 1;
    const { id } = market.instrument;
    const updateId = market.lastUpdateId;
    this.events.push({ type: "level_changed", instrument: id, updateId, side, priceTicks, quantityLots });
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
