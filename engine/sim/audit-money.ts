/**
 * The audit's ledger: what every balance must be, computed from the events that moved money and from nothing else.
 *
 * Owns: implied balances (from trades, holds, funds), announced balances (from balance_changed), deposits less
 * withdrawals per asset, and the references that are kept for ever.
 */
import type { BalanceChanged, FundsMoved, TradeExecuted } from "../protocol/events.ts";
import type { AuditedBook, AuditedOrder } from "./audit-book.ts";
import { must } from "./audit-failure.ts";

const SIGNED_64_MAX = 9_223_372_036_854_775_807n;
const RATE_ONE = 100_000_000n;

interface Amounts {
  free: bigint;
  locked: bigint;
}

const keyOf = (account: number, asset: number): string => `${account}/${asset}`;

export class AuditedMoney {
  readonly implied = new Map<string, Amounts>();
  readonly announced = new Map<string, Amounts>();
  /** Per asset: the sum of all announced balances. */
  readonly announcedTotal = new Map<number, bigint>();
  /** Per asset: deposits less settled withdrawals. */
  readonly put = new Map<number, bigint>();
  readonly deposits = new Set<string>();
  readonly withdrawals = new Map<string, { event: FundsMoved; isHeld: boolean }>();
  /** Keys whose implied amounts changed since the command began, and those announced. */
  readonly moved = new Map<string, { account: number; asset: number }>();
  readonly said = new Set<string>();
  isFrozen = false;
  /** What each order was seen to hold when the last command ended. */
  readonly #held = new Map<AuditedOrder, bigint>();

  #move(account: number, asset: number, free: bigint, locked: bigint): void {
    const key = keyOf(account, asset);
    const before = this.implied.get(key) ?? { free: 0n, locked: 0n };
    this.implied.set(key, { free: before.free + free, locked: before.locked + locked });
    this.moved.set(key, { account, asset });
  }

  /** An order holds this much from now on: the difference comes from what is free, or goes back there. */
  hold({ instrument }: AuditedBook, order: AuditedOrder, atoms: bigint): void {
    const { account, side } = order.accepted;
    const more = atoms - (this.#held.get(order) ?? 0n);
    if (atoms === 0n) this.#held.delete(order);
    else this.#held.set(order, atoms);
    this.#move(account, side === "buy" ? instrument.quoteAsset : instrument.baseAsset, -more, more);
  }

  trade(book: AuditedBook, event: TradeExecuted, taker: AuditedOrder, maker: AuditedOrder): void {
    const { baseAsset, quoteAsset, makerFeeE8, takerFeeE8, baseAtomsPerLot, quoteAtomsPerTickLot } = book.instrument;
    const base = BigInt(event.quantityLots) * BigInt(baseAtomsPerLot);
    const quote = BigInt(event.priceTicks) * BigInt(event.quantityLots) * BigInt(quoteAtomsPerTickLot);
    const halves = [
      { order: taker, fee: event.takerFeeAtoms, rate: takerFeeE8, role: "taker" },
      { order: maker, fee: event.makerFeeAtoms, rate: makerFeeE8, role: "maker" },
    ] as const;
    for (const { order, fee, rate, role } of halves) {
      const { account, side } = order.accepted;
      const received = side === "buy" ? base : quote;
      // The smallest whole fee not below received · rate, and never above what was received.
      const isCeil = fee * RATE_ONE >= received * BigInt(rate) && (fee - 1n) * RATE_ONE < received * BigInt(rate);
      must(
        isCeil && fee <= received,
        "I3",
        () => `${role} fee ${fee} on ${received} at ${rate}e-8 (trade ${event.tradeId})`,
      );
      if (side === "buy") {
        this.#move(account, quoteAsset, -quote, 0n);
        this.#move(account, baseAsset, base - fee, 0n);
        this.#move(0, baseAsset, fee, 0n);
      } else {
        this.#move(account, baseAsset, -base, 0n);
        this.#move(account, quoteAsset, quote - fee, 0n);
        this.#move(0, quoteAsset, fee, 0n);
      }
    }
  }

  funds(event: FundsMoved): void {
    const { account, asset, kind, atoms, reference } = event;
    must(atoms >= 1n, "I18", () => `${kind} of ${atoms}`);
    const put = this.put.get(asset) ?? 0n;
    if (kind === "deposited") {
      must(!this.deposits.has(reference), "I18", () => `deposit ${reference} was credited before`);
      this.deposits.add(reference);
      this.put.set(asset, put + atoms);
      this.#move(account, asset, atoms, 0n);
      return;
    }
    must(!this.isFrozen || kind === "withdrawal_released", "I34", () => `${kind} while withdrawals are frozen`);
    const known = this.withdrawals.get(reference);
    if (kind === "withdrawal_held") {
      must(known === undefined, "I18", () => `withdrawal ${reference} was held before`);
      this.withdrawals.set(reference, { event, isHeld: true });
      this.#move(account, asset, -atoms, atoms);
      return;
    }
    must(known?.isHeld === true, "I18", () => `withdrawal ${reference} ends without being held`);
    const held = known.event;
    const isSame = held.account === account && held.asset === asset && held.atoms === atoms;
    must(isSame, "I18", () => `withdrawal ${reference} ends with another account, asset or amount`);
    known.isHeld = false;
    if (kind === "withdrawal_settled") this.put.set(asset, put - atoms);
    this.#move(account, asset, kind === "withdrawal_released" ? atoms : 0n, -atoms);
  }

  balance({ account, asset, freeAtoms, lockedAtoms }: BalanceChanged): void {
    const key = keyOf(account, asset);
    must(!this.said.has(key), "I2", () => `account ${account} asset ${asset} announced twice by one command`);
    this.said.add(key);
    const before = this.announced.get(key) ?? { free: 0n, locked: 0n };
    this.announced.set(key, { free: freeAtoms, locked: lockedAtoms });
    const total = this.announcedTotal.get(asset) ?? 0n;
    this.announcedTotal.set(asset, total + freeAtoms + lockedAtoms - before.free - before.locked);
    must(freeAtoms >= 0n && lockedAtoms >= 0n, "I16", () => `account ${account} asset ${asset} is below zero`);
    must(freeAtoms + lockedAtoms <= SIGNED_64_MAX, "I16", () => `account ${account} asset ${asset} passes 2^63-1`);
  }

  /** @param lockedBy what open orders and held withdrawals set aside, summed anew by whoever knows the orders. */
  checkAtCommandEnd(lockedBy: (account: number, asset: number) => bigint): void {
    for (const [asset, total] of this.announcedTotal) this.#checkConserved(asset, total);
    for (const [key, { account, asset }] of this.moved) {
      const locked = this.announced.get(key)?.locked ?? 0n;
      const due = lockedBy(account, asset);
      must(locked === due, "I9", () => `account ${account} asset ${asset}: ${locked} locked, holds sum to ${due}`);
      this.#checkAnnounced(key);
    }
    for (const key of this.said) this.#checkAnnounced(key);
    this.moved.clear();
    this.said.clear();
  }

  heldForWithdrawal(account: number, asset: number): bigint {
    let sum = 0n;
    for (const { event, isHeld } of this.withdrawals.values()) {
      if (isHeld && event.account === account && event.asset === asset) sum += event.atoms;
    }
    return sum;
  }

  /** Every balance anew, not only those that a command touched. */
  sweep(): void {
    const totals = new Map<number, bigint>();
    for (const [key, { free, locked }] of this.announced) {
      const asset = Number(key.slice(key.indexOf("/") + 1));
      totals.set(asset, (totals.get(asset) ?? 0n) + free + locked);
    }
    for (const [asset, total] of totals) this.#checkConserved(asset, total);
    for (const key of this.implied.keys()) this.#checkAnnounced(key);
  }

  #checkConserved(asset: number, total: bigint): void {
    const put = this.put.get(asset) ?? 0n;
    must(total === put, "I1", () => `asset ${asset}: accounts hold ${total}, deposits less withdrawals are ${put}`);
  }

  #checkAnnounced(key: string): void {
    const { free, locked } = this.announced.get(key) ?? { free: 0n, locked: 0n };
    const due = this.implied.get(key) ?? { free: 0n, locked: 0n };
    must(
      free === due.free && locked === due.locked,
      "I2",
      () => `account/asset ${key}: announced ${free}+${locked}, events imply ${due.free}+${due.locked}`,
    );
  }
}
