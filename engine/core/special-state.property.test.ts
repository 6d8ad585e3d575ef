/** What is true of a core's state after every command of a random stream of special orders, read off the state itself. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EngineEvent } from "../protocol/events.ts";
import { CommandStream } from "../sim/commands.ts";
import { CoreExchange, RestartingCoreExchange } from "../sim/core-exchange.ts";
import { SPECIAL_PROFILES } from "../sim/profiles-special.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { orderTypeOf } from "./order-table.ts";
import { stateHash } from "./snapshot.ts";
import { openListsOf, orderCountsOf, specialStateOf } from "./special-views.ts";
import type { CoreState } from "./state.ts";

const COMMANDS = 700;
const RUNS = 12;
const seed = fc.nat({ max: 2 ** 31 });
const BUY = 0;
const TYPES = ["limit", "market", "limit_maker", "stop_loss", "stop_loss_limit", "take_profit", "take_profit_limit"];

/** Plays a stream on an exchange, looking at it after each command. */
function play(
  drawn: number,
  exchange: CoreExchange | RestartingCoreExchange,
  look: (events: readonly EngineEvent[]) => void,
): void {
  const stream = new CommandStream(drawn, SPECIAL_PROFILES[drawn % SPECIAL_PROFILES.length]!);
  for (let index = 0; index < COMMANDS; index++) {
    const { command, envelope, timeUs } = stream.next();
    const events = exchange.apply(command, envelope, timeUs);
    stream.observe(events);
    look(events);
  }
}

interface Open {
  readonly orderId: number;
  readonly account: number;
  readonly side: number;
  readonly type: string;
  readonly quantity: bigint;
  readonly rest: bigint;
  readonly price: bigint;
  readonly phase: string;
  readonly held: bigint;
  readonly slot: number;
}

function openOrdersOf(state: CoreState, instrument: InstrumentState): readonly Open[] {
  const { orders, special } = instrument.book;
  const open: Open[] = [];
  orders.eachLive((slot) => {
    const orderId = orders.orderId(slot);
    const extra = specialStateOf(state, instrument.id, orderId);
    const phase = extra?.phase ?? "working";
    open.push({
      orderId,
      slot,
      phase,
      account: orders.account(slot),
      side: orders.side(slot),
      type: TYPES[orderTypeOf(orders.flags(slot))]!,
      quantity: BigInt(orders.quantity(slot)),
      rest: BigInt(orders.remaining(slot) + (extra?.hiddenLots ?? 0)),
      price: BigInt(phase === "working" ? instrument.book.priceOf(slot) : special.get(special.of(slot), 5)),
      held: extra?.heldAtoms ?? 0n,
    });
  });
  return open;
}

/** What an order would hold if it stood alone, by the words of the rules. */
function alone(instrument: InstrumentState, order: Open): bigint {
  if (order.side !== BUY) return order.rest * BigInt(instrument.baseAtomsPerLot);
  const isMarketKind = order.type === "stop_loss" || order.type === "take_profit";
  return isMarketKind ? 0n : order.price * order.rest * BigInt(instrument.quoteAtomsPerTickLot);
}

function beyond(own: bigint, other: bigint): bigint {
  return own > other ? own - other : 0n;
}

/** What the rules say that each open order holds. */
function dueHolds(state: CoreState, instrument: InstrumentState, open: readonly Open[]): Map<number, bigint> {
  const due = new Map<number, bigint>();
  for (const order of open) due.set(order.orderId, order.phase === "pending" ? 0n : alone(instrument, order));
  const accounts = new Set(open.map(({ account }) => account));
  for (const list of [...accounts].flatMap((account) => openListsOf(state, account))) {
    if (list.instrument !== instrument.id || list.contingency === "oto") continue;
    const [below, above] = list.orderIds.slice(-2).map((id) => open.find(({ orderId }) => orderId === id));
    if (below === undefined || above === undefined || below.phase === "pending") continue;
    const [first, second] = above.type === "limit_maker" ? [above, below] : [below, above];
    due.set(second.orderId, beyond(alone(instrument, second), alone(instrument, first)));
  }
  return due;
}

test("every open order holds what the rules say, and what is locked is the sum of that and of withdrawals", () => {
  fc.assert(
    fc.property(seed, (drawn) => {
      const exchange = new CoreExchange();
      play(drawn, exchange, () => {
        const { state } = exchange.core;
        const locked = state.assets.map(() => new Map<number, bigint>());
        const lock = (asset: number, account: number, atoms: bigint) =>
          locked[asset]!.set(account, (locked[asset]!.get(account) ?? 0n) + atoms);
        for (const instrument of state.instruments) {
          const open = openOrdersOf(state, instrument);
          const due = dueHolds(state, instrument, open);
          for (const order of open) {
            const atoms = due.get(order.orderId)!;
            expect([order.orderId, order.held]).toEqual([order.orderId, order.phase === "working" ? 0n : atoms]);
            lock(order.side === BUY ? instrument.quoteAsset : instrument.baseAsset, order.account, atoms);
          }
        }
        for (const { account, asset, atoms, state: end } of state.withdrawals.values())
          if (end === "held") lock(asset, account, atoms);
        for (const { id } of state.assets) {
          const ledger = state.ledger.asset(id);
          let sum = 0n;
          for (const { id: account } of state.accounts) {
            expect(ledger.locked(account)).toBe(locked[id]!.get(account) ?? 0n);
            sum += ledger.free(account) + ledger.locked(account);
          }
          expect(sum).toBe(ledger.total);
        }
      });
    }),
    { numRuns: RUNS },
  );
});

test("after every command no order waits behind the last price, and none tracks that it fires", () => {
  let watched = 0;
  fc.assert(
    fc.property(seed, (drawn) => {
      const exchange = new CoreExchange();
      play(drawn, exchange, () => {
        const { state } = exchange.core;
        for (const instrument of state.instruments) {
          const last = instrument.lastTradeTicks;
          if (last === 0) continue;
          for (const { orderId, side, type, phase } of openOrdersOf(state, instrument)) {
            const extra = specialStateOf(state, instrument.id, orderId);
            if (extra === null || (phase !== "waiting" && phase !== "tracking")) continue;
            watched += 1;
            const { stopTicks, watermarkTicks, trailingDeltaBips } = extra;
            const isUp = (side === BUY) === type.startsWith("stop_loss");
            if (phase === "waiting") expect(isUp ? last < stopTicks : last > stopTicks).toBe(true);
            else if (side === BUY) {
              expect(watermarkTicks <= last).toBe(true);
              expect(last * 10_000 < watermarkTicks * (10_000 + trailingDeltaBips)).toBe(true);
            } else {
              expect(watermarkTicks >= last).toBe(true);
              expect(last * 10_000 > watermarkTicks * (10_000 - trailingDeltaBips)).toBe(true);
            }
          }
        }
      });
    }),
    { numRuns: RUNS },
  );
  expect(watched).toBeGreaterThan(1_000);
});

test("a level shows the sum of what its orders show; what hides is in no level, and every part fits its order", () => {
  let hiding = 0;
  fc.assert(
    fc.property(seed, (drawn) => {
      const exchange = new CoreExchange();
      play(drawn, exchange, () => {
        for (const instrument of exchange.core.state.instruments) {
          const { book } = instrument;
          const shown = new Map<string, number>();
          for (const { slot, side, phase, price } of openOrdersOf(exchange.core.state, instrument)) {
            if (phase !== "working") continue;
            const key = `${side} ${price}`;
            shown.set(key, (shown.get(key) ?? 0) + book.orders.remaining(slot));
            const record = book.special.of(slot);
            if (record === 0 || book.special.get(record, 6) === 0) continue;
            hiding += 1;
            expect(book.orders.remaining(slot) <= book.special.get(record, 2)).toBe(true);
          }
          for (const [key, lots] of shown) {
            const [side, price] = key.split(" ").map(Number);
            expect([key, book.totalAt(side!, price!)]).toEqual([key, lots]);
          }
        }
      });
    }),
    { numRuns: RUNS },
  );
  expect(hiding).toBeGreaterThan(100);
});

test("from a snapshot taken anywhere a core goes on with the same events, to the same hash", () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 1, max: 40 }), (drawn, every) => {
      const straight: EngineEvent[][] = [];
      const exchange = new CoreExchange();
      play(drawn, exchange, (events) => straight.push([...events]));
      const restarting = new RestartingCoreExchange(every);
      let index = 0;
      play(drawn, restarting, (events) => {
        expect(events).toEqual(straight[index]);
        index += 1;
      });
      expect(stateHash(restarting.core.state)).toBe(stateHash(exchange.core.state));
    }),
    { numRuns: RUNS },
  );
});

test("lists, records and counts of what is open agree with the open orders, and nothing is left of closed ones", () => {
  fc.assert(
    fc.property(seed, (drawn) => {
      const exchange = new CoreExchange();
      play(drawn, exchange, () => {
        const { state } = exchange.core;
        expect([state.tasks.touchedLists.size, state.tasks.take()]).toEqual([0, false]);
        for (const instrument of state.instruments) {
          const { orders, special, triggers } = instrument.book;
          const open = openOrdersOf(state, instrument);
          const records = open.filter(({ slot }) => special.of(slot) !== 0);
          expect(special.live).toBe(records.length);
          expect(triggers.watched).toBe(open.filter(({ phase }) => /waiting|tracking/.test(phase)).length);
          for (const { id: account } of state.accounts) {
            const own = open.filter((order) => order.account === account);
            expect([special.algoOrdersOf(account), orders.openOrdersOf(account)]).toEqual([
              own.filter(({ type, phase }) => /^(stop|take)/.test(type) && phase !== "working").length,
              own.length,
            ]);
          }
        }
        for (const { id: account } of state.accounts) {
          for (const { orderIds, instrument } of openListsOf(state, account))
            expect(orderIds.some((id) => state.instruments[instrument]!.book.orders.slotOf(id) !== 0)).toBe(true);
          const { per10s, perDay } = orderCountsOf(state, account, state.timeUs);
          expect(per10s >= 0 && perDay >= 0).toBe(true);
        }
      });
    }),
    { numRuns: RUNS },
  );
});
