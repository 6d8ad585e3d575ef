/**
 * Who owns what: free and locked amounts per asset and account.
 *
 * Owns: balances and the list of those that the command at hand touched. Every change keeps the asset's total, but
 * `credit` and `settle`, which are deposits and withdrawals. Amounts are two limbs (wide.ts). Invariants I1, I9, I16: engine/INVARIANTS.md.
 */
import { assert } from "../domain/assert.ts";
import { AMOUNT_MAX } from "../domain/instrument.ts";
import { add, fromBigInt, isLess, subtract, toBigInt, WIDE } from "./wide.ts";

/** A balance is [free hi, free lo, locked hi, locked lo]. */
const CELL = 4;
export const FREE = 0;
export const LOCKED = 2;

/** One asset's balances, by account. */
export class AssetLedger {
  cells = new Float64Array(16 * CELL);
  /** Serial of the last command that touched the account. */
  touchedAt = new Int32Array(16);
  /** Deposits less settled withdrawals. */
  total = 0n;

  ensure(accounts: number): void {
    if (accounts * CELL <= this.cells.length) return;
    let length = this.touchedAt.length;
    while (length < accounts) length *= 2;
    const cells = new Float64Array(length * CELL);
    cells.set(this.cells);
    this.cells = cells;
    const touchedAt = new Int32Array(length);
    touchedAt.set(this.touchedAt);
    this.touchedAt = touchedAt;
  }

  /** Whether an account has at least this much free. */
  hasFree(account: number, amount: Float64Array, at: number): boolean {
    return !isLess(this.cells, account * CELL + FREE, amount, at);
  }

  /** @param part FREE or LOCKED. */
  add(account: number, part: number, amount: Float64Array, at: number): void {
    add(this.cells, account * CELL + part, amount, at);
  }

  take(account: number, part: number, amount: Float64Array, at: number): void {
    const cell = account * CELL + part;
    subtract(this.cells, cell, amount, at);
    assert(this.cells[cell]! >= 0, "I16: no balance is below zero");
  }

  hold(account: number, amount: Float64Array, at: number): void {
    this.take(account, FREE, amount, at);
    this.add(account, LOCKED, amount, at);
  }

  release(account: number, amount: Float64Array, at: number): void {
    this.take(account, LOCKED, amount, at);
    this.add(account, FREE, amount, at);
  }

  free(account: number): bigint {
    return toBigInt(this.cells[account * CELL]!, this.cells[account * CELL + 1]!);
  }
  locked(account: number): bigint {
    return toBigInt(this.cells[account * CELL + 2]!, this.cells[account * CELL + 3]!);
  }

  /** A deposit of up to AMOUNT_MAX in all. @returns false, and nothing changed, when the total would pass it. */
  credit(account: number, atoms: bigint): boolean {
    if (this.total + atoms > AMOUNT_MAX) return false;
    this.total += atoms;
    fromBigInt(atoms);
    this.add(account, FREE, WIDE, 0);
    return true;
  }

  /** A held withdrawal leaves the exchange. */
  settle(account: number, atoms: bigint): void {
    this.total -= atoms;
    fromBigInt(atoms);
    this.take(account, LOCKED, WIDE, 0);
  }
}

export class Ledger {
  readonly assets: AssetLedger[] = [];
  private accounts = 1;
  private serial = 0;
  /** Pairs of asset and account, in the order first touched by the command at hand. */
  touched = new Int32Array(64);
  touchedCount = 0;

  addAsset(): void {
    const asset = new AssetLedger();
    asset.ensure(this.accounts);
    this.assets.push(asset);
  }

  addAccount(): void {
    this.accounts += 1;
    for (const asset of this.assets) asset.ensure(this.accounts);
  }

  asset(id: number): AssetLedger {
    return this.assets[id]!;
  }

  /** Forgets what was touched. */
  begin(): void {
    this.touchedCount = 0;
    this.serial = (this.serial + 1) | 0;
    // After 2^32 commands a mark could be mistaken for a new one.
    if (this.serial === 0) {
      for (const asset of this.assets) asset.touchedAt.fill(0);
      this.serial = 1;
    }
  }

  touch(asset: number, account: number): void {
    const touchedAt = this.assets[asset]!.touchedAt;
    if (touchedAt[account] === this.serial) return;
    touchedAt[account] = this.serial;
    const at = this.touchedCount * 2;
    if (at === this.touched.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.touched);
      this.touched = larger;
    }
    this.touched[at] = asset;
    this.touched[at + 1] = account;
    this.touchedCount += 1;
  }

  /** Copies of the used part of each asset's cells, for snapshots. */
  capture(): {
    readonly accounts: number;
    readonly totals: readonly string[];
    readonly cells: readonly Float64Array[];
  } {
    return {
      accounts: this.accounts,
      totals: this.assets.map((asset) => String(asset.total)),
      cells: this.assets.map((asset) => asset.cells.slice(0, this.accounts * CELL)),
    };
  }

  restore(captured: ReturnType<Ledger["capture"]>): void {
    this.accounts = captured.accounts;
    this.assets.length = 0;
    for (const [index, cells] of captured.cells.entries()) {
      const asset = new AssetLedger();
      asset.ensure(captured.accounts);
      asset.cells.set(cells);
      asset.total = BigInt(captured.totals[index] ?? "0");
      this.assets.push(asset);
    }
  }
}
