/** Where the arrow keys lead in the ladder, and who takes over when a level goes. */
import { expect, test } from "vitest";
import { nearestPlace, type Place, placeByKey } from "./ladder-keys.ts";

const SHOWN = { asks: 2, bids: 2 };

/** "asks 1 price": side, rank, column. */
function walk(start: string, keys: string, shown = SHOWN): string {
  const [side, rank, column] = start.split(" ");
  let place = { side, rank: Number(rank), column } as Place;
  for (const key of keys.split(" ")) place = placeByKey(key, place, shown) ?? place;
  return `${place.side} ${place.rank} ${place.column}`;
}

test("arrows go down the ladder from the worst ask over the spread to the worst bid, and stop there", () => {
  const down = Array.from({ length: 5 }, (_, steps) => walk("asks 1 price", "ArrowDown ".repeat(steps).trim()));
  expect(down).toEqual(["asks 1 price", "asks 0 price", "bids 0 price", "bids 1 price", "bids 1 price"]);
  expect(walk("bids 0 price", "ArrowUp ArrowUp ArrowUp")).toBe("asks 1 price");
});

test("arrows go along the columns, Home and End to their ends, and other keys nowhere", () => {
  expect([
    walk("bids 0 price", "ArrowRight ArrowRight ArrowRight"),
    walk("bids 0 sum", "ArrowLeft"),
    walk("bids 0 quantity", "Home"),
    walk("bids 0 quantity", "End"),
  ]).toEqual(["bids 0 sum", "bids 0 quantity", "bids 0 price", "bids 0 sum"]);
  expect(placeByKey("x", { side: "bids", rank: 0, column: "price" }, SHOWN)).toBeNull();
});

test("where the place is gone the nearest takes over, on the other side if this one is empty", () => {
  const place: Place = { side: "bids", rank: 9, column: "sum" };
  expect([
    nearestPlace(place, { asks: 4, bids: 3 }),
    nearestPlace(place, { asks: 4, bids: 0 }),
    nearestPlace(place, { asks: 0, bids: 0 }),
  ]).toEqual([{ ...place, rank: 2 }, { ...place, side: "asks", rank: 0 }, null]);
});
