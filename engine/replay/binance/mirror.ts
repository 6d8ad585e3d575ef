/**
 * The maker of a market replay: one order per price level, kept at what the capture says rests there.
 *
 * The capture's streams arrive in one order but speak of different moments; each book message carries the update id it
 * speaks of. So every level remembers the newest id that spoke of it, and an older message does not undo a newer one. A
 * best price is also word about all prices better than it: none rests there.
 */
import type { Side } from "../../domain/order.ts";
import { opposite, type ReplayFill, type ReplayVenue } from "../venue.ts";

interface Told {
  readonly lots: number;
  readonly updateId: number;
}

interface Best {
  readonly priceTicks: number;
  readonly updateId: number;
}

export class Mirror {
  submitted = 0;
  private readonly venue: ReplayVenue;
  private readonly told: Record<Side, Map<number, Told>> = { buy: new Map(), sell: new Map() };
  private readonly best: Record<Side, Best> = {
    buy: { priceTicks: 0, updateId: -1 },
    sell: { priceTicks: 0, updateId: -1 },
  };

  constructor(venue: ReplayVenue) {
    this.venue = venue;
  }

  /** A level as a depth message or a snapshot tells it. @returns false where something newer is known of it. */
  tell(side: Side, priceTicks: number, lots: number, updateId: number): boolean {
    const before = this.told[side].get(priceTicks);
    if (before !== undefined && before.updateId > updateId) return false;
    const best = this.best[side];
    if (best.updateId > updateId && isBetter(side, priceTicks, best.priceTicks)) return false;
    this.told[side].set(priceTicks, { lots, updateId });
    if (lots > 0) this.clearCrossed(opposite(side), priceTicks, updateId);
    this.sync(side, priceTicks);
    return true;
  }

  /** The best level of a side: what is better is gone. 0 lots: the side is empty. */
  tellBest(side: Side, priceTicks: number, lots: number, updateId: number): void {
    const worst = side === "buy" ? 0 : Number.POSITIVE_INFINITY;
    const limit = lots > 0 ? priceTicks : worst;
    this.best[side] = { priceTicks: limit, updateId };
    for (let price = this.venue.best(side); isBetter(side, price, limit); price = this.venue.best(side)) {
      this.told[side].set(price, { lots: 0, updateId });
      this.sync(side, price);
    }
    if (lots > 0) this.tell(side, priceTicks, lots, updateId);
  }

  /** What the capture says rests at a price. */
  toldLots(side: Side, priceTicks: number): number {
    return this.told[side].get(priceTicks)?.lots ?? 0;
  }

  /**
   * Prints a trade: an immediate-or-cancel order against the level at its price, which is made first in line and large
   * enough for it. Afterwards the venue holds what the capture tells, as before.
   */
  print(takerId: number, takerSide: Side, priceTicks: number, lots: number): readonly ReplayFill[] {
    const makerSide = opposite(takerSide);
    const taken: [Side, number][] = [];
    for (const side of [makerSide, takerSide]) {
      // On the maker's side what is better than the price, on the taker's side what would cross it.
      const limit = side === makerSide ? priceTicks : priceTicks + (side === "buy" ? -1 : 1);
      for (let price = this.venue.best(side); isBetter(side, price, limit); price = this.venue.best(side)) {
        taken.push([side, price]);
        this.set(side, price, 0);
      }
    }
    if (this.venue.levelLots(makerSide, priceTicks) < lots) this.set(makerSide, priceTicks, lots);
    this.submitted += 1;
    const fills = this.venue.place({
      id: takerId,
      side: takerSide,
      priceTicks,
      quantityLots: lots,
      timeInForce: "ioc",
    });
    this.sync(makerSide, priceTicks);
    for (const [side, price] of taken) this.sync(side, price);
    return fills;
  }

  private sync(side: Side, priceTicks: number): void {
    this.set(side, priceTicks, this.toldLots(side, priceTicks));
  }

  /** What an older message left where a newer order now stands: the capture has not yet said that it is gone. */
  private clearCrossed(side: Side, priceTicks: number, updateId: number): void {
    const limit = priceTicks + (side === "buy" ? -1 : 1);
    for (let price = this.venue.best(side); isBetter(side, price, limit); price = this.venue.best(side)) {
      this.told[side].set(price, { lots: 0, updateId });
      this.set(side, price, 0);
    }
  }

  private set(side: Side, priceTicks: number, lots: number): void {
    const id = orderIdOf(side, priceTicks);
    const has = this.venue.resting(id)?.remainingLots ?? 0;
    if (has === lots) return;
    this.submitted += 1;
    if (lots === 0) this.venue.cancel(id);
    else if (has === 0) this.venue.place({ id, side, priceTicks, quantityLots: lots, timeInForce: "gtc" });
    else if (lots < has) this.venue.reduce(id, lots);
    else this.venue.replace(id, priceTicks, lots);
  }
}

export function orderIdOf(side: Side, priceTicks: number): number {
  return priceTicks * 2 + (side === "buy" ? 0 : 1);
}

/** Whether `price` (0: none) is strictly better than `than` for a resting order of this side. */
function isBetter(side: Side, price: number, than: number): boolean {
  return price !== 0 && (side === "buy" ? price > than : price < than);
}
