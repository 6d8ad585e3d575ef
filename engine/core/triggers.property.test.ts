/** The heaps of stops and the groups of those that track, against looking at every order one by one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { flagsOf, OrderTable } from "./order-table.ts";
import {
  DIRECTION,
  DOWN,
  PHASE,
  SpecialOrders,
  STOP,
  TRACKING,
  TRAILING,
  UP,
  WAITING,
  WATERMARK,
} from "./special-orders.ts";
import { Triggers } from "./triggers.ts";

interface Watched {
  readonly orderId: number;
  readonly record: number;
  readonly side: number;
  readonly isUp: boolean;
  /** 0: it tracks. */
  readonly stop: number;
  readonly delta: number;
  watermark: number;
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant("watch" as const),
    side: fc.integer({ min: 0, max: 1 }),
    isUp: fc.boolean(),
    stop: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
    /** Of whole shares often, so that prices stand exactly where an order fires. */
    delta: fc.oneof(fc.integer({ min: 1, max: 12_000 }), fc.constantFrom(250, 500, 1_000, 2_500, 5_000, 10_000)),
    /** Of one that tracks: where it begins; 0: at the next price. */
    from: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({ kind: fc.constant("see" as const), price: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("unwatch" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("rebuild" as const) }),
);

/** One by one, as the rules say it. */
function isFired(order: Watched, price: number): boolean {
  if (order.stop > 0) return order.isUp ? price >= order.stop : price <= order.stop;
  if (order.side === 0) {
    order.watermark = order.watermark === 0 ? price : Math.min(order.watermark, price);
    return price * 10_000 >= order.watermark * (10_000 + order.delta);
  }
  order.watermark = Math.max(order.watermark, price);
  return price * 10_000 <= order.watermark * (10_000 - order.delta);
}

test("a price takes out exactly the orders that it fires, by ascending order id, however they were watched and unwatched", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const orders = new OrderTable(4);
      const special = new SpecialOrders(orders);
      let triggers = new Triggers(special, orders);
      let watched: Watched[] = [];
      let lastId = 0;
      for (const each of steps) {
        if (each.kind === "watch") {
          lastId += 1;
          const slot = orders.take(lastId, 1, flagsOf(each.side, 3, 0, 0), 1, 1, new Uint32Array(8), 0);
          const record = special.take(slot);
          special.set(record, STOP, each.stop);
          special.set(record, TRAILING, each.stop > 0 ? 0 : each.delta);
          special.set(record, DIRECTION, each.isUp ? UP : DOWN);
          special.set(record, WATERMARK, each.from);
          special.set(record, PHASE, each.stop > 0 ? WAITING : TRACKING);
          special.countIn(record);
          triggers.watch(record);
          watched.push({ ...each, orderId: lastId, record, watermark: each.from });
        } else if (each.kind === "see") {
          triggers.see(each.price);
          const due = watched.filter((order) => isFired(order, each.price));
          expect(triggers.fired).toEqual(due.map(({ record }) => record));
          for (const { record, stop, watermark } of due) {
            if (stop === 0) expect(special.get(record, WATERMARK)).toBe(watermark);
            leave(record);
          }
          watched = watched.filter((order) => !due.includes(order));
        } else if (each.kind === "unwatch" && watched.length > 0) {
          const [order] = watched.splice(each.which % watched.length, 1) as [Watched];
          triggers.unwatch(order.record);
          leave(order.record);
        } else if (each.kind === "rebuild") {
          triggers.writeWatermarks();
          triggers = new Triggers(special, orders);
          triggers.rebuild();
        }
        expect(triggers.watched).toBe(watched.length);
        for (const { record, stop, watermark } of watched)
          if (stop === 0) expect(triggers.watermarkOf(record)).toBe(watermark);
      }

      function leave(record: number): void {
        // One that a price took out is not there to be unwatched again.
        triggers.unwatch(record);
        orders.release(special.doubles[record * 16 + 13]!);
        special.release(record);
      }
    }),
    { numRuns: 300 },
  );
});
