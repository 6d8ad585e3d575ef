/**
 * The order book as a page draws it, beside what GET /api/v3/depth says of the same moment, in the same words. The words are
 * worked out here, sharing nothing with the screen.
 */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { eventually } from "../../../_acceptance/target.ts";
import type { HttpClient } from "../../../_acceptance/trader.ts";

export type Row = readonly [price: string, quantity: string];
export type Side = "asks" | "bids";

interface Drawn {
  readonly symbol: string;
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
}

const CAUGHT_UP_MS = 20_000;

export class DrawnBook {
  readonly #page: Page;
  readonly #http: HttpClient;
  readonly #of: Drawn;

  constructor(page: Page, http: HttpClient, of: Drawn) {
    this.#page = page;
    this.#http = http;
    this.#of = of;
  }

  /** Rows that hold something, best first. */
  async side(side: Side): Promise<readonly Row[]> {
    const rows = await this.#page.locator(`.book-${side} tr`).all();
    const texts = await Promise.all(rows.map((row) => row.locator("td").allTextContents()));
    const filled = texts
      .filter(([price]) => price !== "")
      // Before the price of an own order stands a word, for who hears it.
      .map(([price = "", quantity = ""]) => [/[\d,.]+$/.exec(price)?.[0] ?? price, quantity] as const);
    return side === "asks" ? filled.toReversed() : filled;
  }

  /** What the API says, best first. */
  async told(side: Side, rows: number, groupTicks = 1n): Promise<readonly Row[]> {
    const { symbol, pricePlaces, quantityPlaces } = this.#of;
    const { body } = await this.#http.get("/api/v3/depth", { symbol, limit: 1000 });
    const groups = new Map<bigint, bigint>();
    for (const [price, quantity] of body[side] as readonly Row[]) {
      const ticks = unitsOf(price, pricePlaces);
      const away = side === "asks" ? (groupTicks - (ticks % groupTicks)) % groupTicks : -(ticks % groupTicks);
      groups.set(ticks + away, (groups.get(ticks + away) ?? 0n) + unitsOf(quantity, quantityPlaces));
    }
    return [...groups]
      .slice(0, rows)
      .map(([ticks, lots]) => [shownAs(ticks, pricePlaces), shownAs(lots, quantityPlaces)] as const);
  }

  /** Resolves once the page has drawn what the exchange has. */
  async isThere(): Promise<void> {
    await eventually(
      async () => {
        const { body } = await this.#http.get("/api/v3/depth", { symbol: this.#of.symbol, limit: 5 });
        return [await this.#page.locator(".book").getAttribute("data-last-update-id"), String(body.lastUpdateId)];
      },
      ([drawn, told]) => drawn === told,
      CAUGHT_UP_MS,
    );
  }

  async expectAsTold(groupTicks?: bigint): Promise<void> {
    await this.isThere();
    for (const side of ["asks", "bids"] as const) {
      const drawn = await this.side(side);
      expect(drawn.length).toBeGreaterThan(0);
      expect(drawn).toEqual(await this.told(side, drawn.length, groupTicks));
    }
  }
}

/** "1,234.50" or "1234.50000000", 2 → 123450n. */
export function unitsOf(decimal: string, places: number): bigint {
  const [whole = "", fraction = ""] = decimal.replaceAll(",", "").split(".");
  return BigInt(whole + fraction.padEnd(places, "0").slice(0, places));
}

/** 123450n, 2 → "1,234.50". */
export function shownAs(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, "0");
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}.${digits.slice(-places)}`;
}
