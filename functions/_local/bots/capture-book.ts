/**
 * The book of a Binance capture, row by row, by engine/replay's mirror: what rests near the touch after each row, and what was
 * traded in it, each trade with the book as it stands when its taker comes.
 */
import type {
  BookTickerRow,
  CaptureRow,
  DepthRow,
  SnapshotRow,
} from "../../../engine/replay/binance/capture-reader.ts";
import { Mirror } from "../../../engine/replay/binance/mirror.ts";
import { CoreVenue } from "../../../engine/replay/core-venue.ts";
import type { ReplayFill, ReplayLevel, ReplayOrder } from "../../../engine/replay/venue.ts";

export interface NearBook {
  /** Best first. */
  readonly buy: readonly ReplayLevel[];
  readonly sell: readonly ReplayLevel[];
}

export interface Print {
  readonly taker: ReplayOrder;
  readonly book: NearBook;
}

/** Notes each immediate order, and the book that it meets. */
class NotingVenue extends CoreVenue {
  readonly prints: Print[] = [];
  readonly #levels: number;

  constructor(levels: number) {
    super();
    this.#levels = levels;
  }

  near(): NearBook {
    return { buy: this.levels("buy", this.#levels), sell: this.levels("sell", this.#levels) };
  }

  override place(order: ReplayOrder): readonly ReplayFill[] {
    if (order.timeInForce === "ioc") this.prints.push({ taker: order, book: this.near() });
    return super.place(order);
  }
}

export class CaptureBook {
  readonly #venue: NotingVenue;
  readonly #mirror: Mirror;
  /** Depth messages that came before the snapshot. */
  readonly #early: DepthRow[] = [];
  #isSeeded = false;
  #depthId = 0;
  #tickerId = 0;
  #takerId = 0;

  /** @param levels of each side that are looked at. */
  constructor(levels: number) {
    this.#venue = new NotingVenue(levels);
    this.#mirror = new Mirror(this.#venue);
  }

  near(): NearBook {
    return this.#venue.near();
  }

  /** @returns what was traded. */
  follow(row: CaptureRow): readonly Print[] {
    switch (row.type) {
      case "snapshot":
        if (!this.#isSeeded) this.#seed(row);
        break;
      case "depth":
        if (this.#isSeeded) this.#depth(row);
        else this.#early.push(row);
        break;
      case "book_ticker":
        if (this.#isSeeded) this.#bookTicker(row);
        break;
      case "trade":
        this.#takerId -= 1;
        if (this.#isSeeded) this.#mirror.print(this.#takerId, row.takerSide, row.priceTicks, row.lots);
        break;
      case "other":
        break;
    }
    return this.#venue.prints.splice(0);
  }

  #seed(row: SnapshotRow): void {
    this.#isSeeded = true;
    this.#depthId = row.lastUpdateId;
    this.#tell(row);
    for (const early of this.#early) this.#depth(early);
  }

  #depth(row: DepthRow): void {
    if (row.lastUpdateId <= this.#depthId) return;
    this.#depthId = row.lastUpdateId;
    this.#tell(row);
  }

  /** Of a moment that a newer message has told already: left out. */
  #bookTicker(row: BookTickerRow): void {
    if (row.updateId < Math.max(this.#depthId, this.#tickerId)) return;
    this.#tickerId = row.updateId;
    this.#mirror.tellBest("buy", row.bid[0], row.bid[1], row.updateId);
    this.#mirror.tellBest("sell", row.ask[0], row.ask[1], row.updateId);
  }

  /** What goes leaves first, so that what comes does not meet it. */
  #tell({ bids, asks, lastUpdateId }: DepthRow | SnapshotRow): void {
    const changes = [
      ...bids.map(([price, lots]) => ({ side: "buy" as const, price, lots })),
      ...asks.map(([price, lots]) => ({ side: "sell" as const, price, lots })),
    ].sort((change, other) => Math.sign(change.lots) - Math.sign(other.lots));
    for (const { side, price, lots } of changes) this.#mirror.tell(side, price, lots, lastUpdateId);
  }
}
